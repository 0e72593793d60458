import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  openVisitor,
  seriousFindings,
  serveBuild,
  waitForStatus,
  type Visitor,
} from "./harness.ts";

let server: Awaited<ReturnType<typeof serveBuild>>;
let visitor: Visitor;
beforeAll(async () => {
  server = await serveBuild();
  // A visitor without a GPU: what needs none must not ask for one.
  visitor = await openVisitor(server.url, { webgpu: false });
});
afterAll(async () => {
  await visitor.close();
  await server.close();
});

const screens = {
  home: "#/",
  "finished experiment": "#/recorded",
  data: "#/data",
  "new experiment": "#/new",
};
const widths = [1440, 768, 390];

async function open(page: Page, fragment: string): Promise<void> {
  await page.goto("about:blank");
  // A form is made from a preset.
  await page.goto(`${server.url}${fragment === "#/new" ? "#/" : fragment}`);
  await page.getByRole("heading").first().waitFor();
  if (fragment === "#/new") {
    await page
      .getByRole("button", { name: /Change settings|调整/ })
      .first()
      .click();
    await page.locator("#new-space").waitFor();
  }
  if (fragment === "#/recorded") await waitForStatus(page, "done", 10_000);
}

for (const [name, fragment] of Object.entries(screens))
  for (const colorScheme of ["light", "dark"] as const)
    test(`the ${name} screen has no serious accessibility findings in ${colorScheme}`, async () => {
      const { page } = visitor;
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await open(page, fragment);
      expect(await seriousFindings(page)).toEqual([]);
    });

for (const colorScheme of ["light", "dark"] as const)
  test(`the button to start keeps its colours under the pointer in ${colorScheme}`, async () => {
    const { page } = visitor;
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await open(page, "#/new");
    await page.mouse.move(0, 0);
    const start = page.locator(".button.primary");
    const colours = (): Promise<string[]> =>
      start.evaluate((button) => {
        const { color, backgroundColor } = getComputedStyle(button);
        return [color, backgroundColor];
      });
    const before = await colours();
    await start.hover();
    expect(await start.evaluate((button) => button.matches(":hover:not(:disabled)"))).toBe(true);
    expect(await colours()).toEqual(before);
  });

for (const [name, fragment] of Object.entries(screens))
  test(`the ${name} screen never scrolls sideways at ${widths.join(", ")} px`, async () => {
    const { page } = visitor;
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await open(page, fragment);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, `${width} px`).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });

test("the language changes without a reload and is remembered", async () => {
  const { page } = visitor;
  await open(page, "#/");
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await page.getByRole("button", { name: "中文" }).click();
  await expect.poll(() => page.locator("html").getAttribute("lang")).toMatch(/^zh/);
  expect(await page.locator("h1").textContent()).toMatch(/\p{Script=Han}/u);
  expect(await page.evaluate(() => "sameDocument" in window)).toBe(true);
  await open(page, "#/recorded");
  expect(await page.getByRole("tab").first().textContent()).toMatch(/\p{Script=Han}/u);
  await page.getByRole("button", { name: "EN" }).click();
  await expect.poll(() => page.locator("html").getAttribute("lang")).toMatch(/^en/);
});

test("a recorded experiment opens read-only by keyboard alone, without a GPU", async () => {
  const { page } = visitor;
  await open(page, "#/");
  const open_ = page.getByRole("link", { name: "Open", exact: true }).first();
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    if (await open_.evaluate((element) => element === document.activeElement)) break;
  }
  await page.keyboard.press("Enter");
  await waitForStatus(page, "done", 10_000);
  expect(await page.getByRole("button", { name: "Pause" }).count()).toBe(0);
  const tabs = page.getByRole("tab");
  await tabs.first().focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => tabs.nth(1).getAttribute("aria-selected")).toBe("true");
});

test("the presenter view is large and carries a QR code", async () => {
  const { page } = visitor;
  await page.goto("about:blank");
  await page.goto(`${server.url}?present=1#/recorded`);
  await waitForStatus(page, "done", 10_000);
  const size = await page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize));
  expect(size).toBeGreaterThanOrEqual(24);
  await page.getByRole("img", { name: /QR/i }).waitFor();
});

test("nothing went wrong in the console and nothing was asked of another origin", () => {
  expect(visitor.problems).toEqual([]);
  expect(visitor.foreignRequests).toEqual([]);
});
