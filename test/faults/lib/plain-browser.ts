import { spawn } from "node:child_process";
import { chromium, type BrowserContext } from "playwright-core";
import { findChromium } from "../../../scripts/setup/chromium.mjs";

/** A browser as a user has it: its tabs are hidden when another is in front, and hidden tabs are throttled. */
export interface PlainBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** @param profile folder of the browser's profile */
export async function openPlainBrowser(profile: string): Promise<PlainBrowser> {
  const path = await findChromium();
  if (!path) throw new Error("no Chromium: run `npm test`, or set CHROME_PATH");
  const flags = [
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-component-update",
    "--disable-background-networking",
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
    "--window-size=1440,900",
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
  ];
  const child = spawn(path, [...flags, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
  const address = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stderr.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = /DevTools listening on (ws:\/\/\S+)/.exec(text)?.[1];
      if (found) resolve(found);
    });
    child.once("exit", () => reject(new Error(`Chromium ended: ${text.slice(-500)}`)));
  });
  // Without Playwright's own settings, one of which keeps every tab in the foreground.
  const browser = await chromium.connectOverCDP(address, { noDefaults: true });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return {
    context: browser.contexts()[0]!,
    async close() {
      await browser.close();
      child.kill();
      await ended;
    },
  };
}
