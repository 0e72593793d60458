import { afterAll, beforeAll, expect, test } from "vitest";
import { openVisitor, serveBuild, startFiles, tinyConfig, waitForStatus } from "./harness.ts";

let server: Awaited<ReturnType<typeof serveBuild>>;
let visitor: Awaited<ReturnType<typeof openVisitor>>;
beforeAll(async () => {
  server = await serveBuild();
  visitor = await openVisitor(server.url);
});
afterAll(async () => {
  await visitor.close();
  await server.close();
});

test("constraints and first configurations are typed into the form and obeyed; zooming in sets up an experiment around the best", async () => {
  const { page } = visitor;
  const training = {
    trainImages: 128,
    defaults: { model: "resnet10", width: 4, batch_size: 32, epochs: 1 },
  };
  const space = {
    lr: { _type: "loguniform", _value: [0.0001, 1] },
    momentum: { _type: "uniform", _value: [0, 0.9] },
  };
  await page.goto(server.url);
  await startFiles(
    page,
    space,
    tinyConfig("shapes10", training, { maxTrialNumber: 4 }),
    async () => {
      await page.getByText("Constraints, and configurations to try first").click();
      const initial = page.locator("#new-initial");
      await initial.fill("lr = 0.01");
      await initial.blur();
      await page.getByText("Every line must be a JSON object").waitFor();
      await initial.fill('{ "lr": 0.01, "momentum": 0.5 }');
      await initial.blur();
      await page.locator("#new-constraints").fill("lr < momentum");
      await page.locator("#new-constraints").blur();
      const text = await page.locator("#new-space").inputValue();
      expect(JSON.parse(text)).toEqual({
        ...space,
        _constraints: ["lr < momentum"],
        _initial: [{ lr: 0.01, momentum: 0.5 }],
      });
    },
  );
  await page.waitForURL(/#\/experiment\//, { timeout: 60_000 });
  await waitForStatus(page, "done");

  await page.getByRole("tab", { name: "Parameters" }).click();
  await page.getByLabel("Best", { exact: true }).selectOption("0.5");
  await page.getByRole("button", { name: "Set it up" }).click();
  const zoomed = JSON.parse(await page.locator("#new-space").inputValue()) as {
    lr: { _value: [number, number] };
    _constraints: string[];
  };
  const [low, high] = zoomed.lr._value;
  expect(low).toBeGreaterThanOrEqual(0.0001);
  expect(high).toBeLessThanOrEqual(1);
  expect(high / low).toBeLessThan(10_000);
  expect(zoomed._constraints).toEqual(["lr < momentum"]);
  expect(zoomed).not.toHaveProperty("_initial");
  expect(visitor.problems).toEqual([]);
});

test("a batch that the device has no room for is refused before anything starts, with the largest that fits, which is taken", async () => {
  const { page } = visitor;
  await page.goto(server.url);
  const training = { trainImages: null, defaults: { width: 128 } };
  const batch = (size: number): object => ({ batch_size: { _type: "choice", _value: [size] } });
  await startFiles(page, batch(4096), tinyConfig("cifar10", training));
  const misfit = page.getByText(/Batch size 4,?096 does not fit this GPU; the largest/).first();
  await misfit.waitFor({ timeout: 120_000 });
  await expect
    .poll(() => page.getByRole("button", { name: "Start", exact: true }).isDisabled())
    .toBe(true);
  expect(page.url()).not.toContain("#/experiment/");
  const largest = /largest that does is (\d+)/.exec((await misfit.textContent()) ?? "")?.[1];
  expect(Number(largest)).toBeGreaterThan(1);
  await page.locator("#new-space").fill(JSON.stringify(batch(Number(largest))));
  await page.locator("#new-space").blur();
  await misfit.waitFor({ state: "detached" });
  await expect
    .poll(() => page.getByRole("button", { name: "Start", exact: true }).isEnabled())
    .toBe(true);
});
