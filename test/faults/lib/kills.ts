import type { Page } from "playwright-core";
import type { Visitor } from "../../browser/harness.ts";

/** Kills the tab's process, as a crash or the system's out-of-memory killer does; nothing in the page gets a last word. */
export async function crashTab(page: Page): Promise<void> {
  const crashed = page.waitForEvent("crash");
  const session = await page.context().newCDPSession(page);
  // The answer never comes: its sender is gone.
  session.send("Page.crash").catch(() => undefined);
  await crashed;
}

/** SIGKILL of the process of every tab of a browser, also of one whose script never pauses.
 *  @param page one of them, of which the end is awaited */
export async function killTabs(visitor: Visitor, page: Page): Promise<void> {
  const crashed = page.waitForEvent("crash");
  const renderers = (await processesOf(visitor)).filter(({ type }) => type === "renderer");
  for (const { id } of renderers) process.kill(id, "SIGKILL");
  await crashed;
  // A spare process is among them, which the browser gives to the next tab unless it knows by then that it is dead.
  const isListed = async (): Promise<boolean> =>
    (await processesOf(visitor)).some(({ id }) => renderers.some((one) => one.id === id));
  for (const end = Date.now() + 5000; Date.now() < end && (await isListed());)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

/** SIGKILL of the browser process: nothing is flushed, no profile is closed. */
export async function killBrowser(visitor: Visitor): Promise<void> {
  const main = (await processesOf(visitor)).find(({ type }) => type === "browser");
  if (!main) throw new Error("no browser process among those that the browser lists");
  const closed = new Promise((resolve) => visitor.context.once("close", resolve));
  process.kill(main.id, "SIGKILL");
  await closed;
}

async function processesOf(visitor: Visitor): Promise<{ type: string; id: number }[]> {
  const browser = visitor.context.browser();
  if (!browser) throw new Error("this browser cannot be asked for its processes");
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo;
}
