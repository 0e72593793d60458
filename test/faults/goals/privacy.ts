import { enExports } from "../../../src/ui/messages/en/exports.ts";
import { publicHosts } from "../../../src/data/sources/hosts.ts";
import type { Page, Request } from "playwright-core";
import { startFiles, tinyConfig, tinySpace, waitForStatus } from "../../browser/harness.ts";
import type { Goal } from "../lib/goal.ts";
import { openStaticHost } from "../lib/static-host.ts";

/** What leaves the origin while somebody uses the page. */
export const privacy: Goal = {
  id: "S9",
  title: "Privacy",
  how: "everything that a user can do is done, from an experiment over links, files and settings to a download from a listed host; the server writes down what it is asked, the browser every request",
  counts: { full: 1, reduced: 1 },
  async run(context) {
    const host = await openStaticHost(await context.dist());
    const visitor = await context.open({ origin: host.url });
    const { page, context: browser } = visitor;
    const foreign: Request[] = [];
    // No listed host is reached here: the requests are answered in their place.
    await browser.route(
      (url) => url.origin !== new URL(host.url).origin,
      (route, request) => {
        foreign.push(request);
        return route.fulfill({
          status: 404,
          headers: { "Access-Control-Allow-Origin": "*" },
          body: "",
        });
      },
    );
    const troubles: string[] = [];
    let flows = 0;
    const flow = async (name: string, act: () => Promise<unknown>): Promise<void> => {
      flows++;
      try {
        await act();
      } catch (error) {
        troubles.push(`${name}: ${String(error).slice(0, 300)}`);
      }
      if (foreign.length > 0)
        troubles.push(`${name}: ${foreign.map((one) => one.url()).join(", ")}`);
      foreign.length = 0;
    };
    let link = "";

    await flow("start page", async () => {
      await page.goto(`${host.url}?present=1`);
      await page.locator("h1").first().waitFor();
    });
    await flow("experiment", async () => {
      await startFiles(page, tinySpace, tinyConfig("shapes10"));
      await waitForStatus(page, "done");
    });
    await flow("every tab", () => everyTab(page));
    await flow("exports", async () => {
      for (const name of Object.values(enExports)) {
        await page.locator("summary").first().click();
        await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name }).click(),
        ]);
      }
    });
    await flow("copy link", async () => {
      await page.getByRole("button", { name: "Copy link" }).click();
      await page.waitForFunction(async () =>
        (await navigator.clipboard.readText()).includes("#tt"),
      );
      link = await page.evaluate(() => navigator.clipboard.readText());
    });
    await flow("open link", async () => {
      await page.goto("about:blank");
      await page.goto(link);
      await waitForStatus(page, "done", 20_000);
    });
    await flow("continue", async () => {
      await page.getByRole("button", { name: "Continue it here" }).click();
      await page.waitForURL(/#\/experiment\//, { timeout: 60_000 });
    });
    await flow("recorded", async () => {
      await page.goto(`${host.url}#/recorded`);
      await page.getByTestId("experiment-status").waitFor();
    });
    await flow("settings", async () => {
      await page.getByRole("button", { name: "中文" }).click();
      await page.getByRole("button", { name: "EN" }).click();
    });
    await flow("list", async () => {
      await page.goto(`${host.url}#/`);
      await page.locator('a[href^="#/experiment/"]').first().waitFor();
    });
    await flow("data page", async () => {
      await page.goto(`${host.url}#/data`);
      await page.getByRole("combobox").first().waitFor();
    });
    await flow("hostile link", async () => {
      await page.goto(`${host.url}#tt1.${"A".repeat(200)}`);
      await page.getByRole("alert").first().waitFor();
    });
    const download = await askListedHost(page, host.url, foreign);
    troubles.push(...download.troubles);

    // Fragments never reach a server; queries would.
    const own = host.asked.filter(({ target }) => !/^[^?]*(\?present=1)?$/.test(target));
    troubles.push(...own.map(({ target }) => `the server saw ${target}`));
    const sent = host.asked.filter(({ method, bodyBytes }) => method !== "GET" || bodyBytes > 0);
    troubles.push(...sent.map(({ method, target }) => `${method} ${target}`));
    if (!link.startsWith(`${host.url}#tt`)) troubles.push(`a link is ${link.slice(0, 60)}`);
    if ((await browser.cookies()).length > 0) troubles.push("a cookie");
    await visitor.close();
    await host.close();
    return {
      injected: flows + 1,
      survived: Math.max(0, flows + 1 - troubles.length),
      lost: 0,
      worstMs: null,
      pass: troubles.length === 0,
      notes: [
        `${flows} flows without a byte to another origin; ${download.asked} plain GETs to listed hosts after a click; ${host.asked.length} plain GETs to the own server`,
        ...troubles.slice(0, 10),
      ],
    };
  },
};

async function everyTab(page: Page): Promise<void> {
  for (const tab of await page.getByRole("tab").all()) await tab.click();
}

/** A public host, first chosen, then clicked. */
async function askListedHost(
  page: Page,
  url: string,
  foreign: Request[],
): Promise<{ asked: number; troubles: string[] }> {
  const troubles: string[] = [];
  await page.goto(`${url}#/data`);
  const choice = page.getByRole("combobox").first();
  const options = await choice
    .locator("option")
    .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
  const listed = new Set(publicHosts.flatMap(({ files }) => files));
  let asked = 0;
  for (const option of options) {
    await choice.selectOption(option);
    await page.waitForTimeout(200);
    if (foreign.length > 0) troubles.push(`${option} was asked before the click`);
    const answered = page.waitForEvent("requestfailed", { timeout: 1 }).catch(() => undefined);
    await page
      .locator("section:has(#data-cifar10)")
      .getByRole("button", { name: "Get it now" })
      .click();
    await page.getByRole("alert").first().waitFor({ timeout: 30_000 });
    await answered;
    await page.getByRole("alert").getByRole("button").first().click();
    for (const request of foreign) {
      const headers = await request.allHeaders();
      const plain =
        request.method() === "GET" &&
        request.postData() === null &&
        !headers["cookie"] &&
        !headers["referer"] &&
        !headers["authorization"];
      if (!plain) troubles.push(`no plain GET: ${request.url()}`);
      if (!listed.has(request.url())) troubles.push(`not listed: ${request.url()}`);
      asked++;
    }
    foreign.length = 0;
  }
  if (asked < options.length) troubles.push(`${options.length} hosts, ${asked} requests`);
  return { asked, troubles };
}
