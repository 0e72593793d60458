import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const candidates = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Finds a Chromium: CHROME_PATH, the system's, Playwright's own. Undefined when there is none.
 *  @returns {Promise<string | undefined>} path of the executable */
export async function findChromium() {
  const chosen = process.env.CHROME_PATH;
  if (chosen) {
    if (!existsSync(chosen)) throw new Error(`CHROME_PATH: there is no file at ${chosen}`);
    return chosen;
  }
  const { chromium } = await import("playwright-core");
  return [...candidates, chromium.executablePath()].find((path) => path && existsSync(path));
}

/** Finds a Chromium or installs one: Debian's package when root, else Playwright's build.
 *  @returns {Promise<string>} path of the executable */
export async function ensureChromium() {
  const found = await findChromium();
  if (found) return found;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync("/usr/bin/apt-get")) {
    console.log("Installing Debian's chromium …");
    const options = {
      stdio: "inherit",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    };
    spawnSync("apt-get", ["update", "-q"], options);
    spawnSync("apt-get", ["install", "-qy", "chromium", "libvulkan1"], options);
  } else {
    console.log("Installing Playwright's Chromium …");
    spawnSync("npx", ["playwright-core", "install", "chromium"], { stdio: "inherit" });
  }
  const installed = await findChromium();
  if (installed) return installed;
  throw new Error("No Chromium found or installed. Install one and set CHROME_PATH to its path.");
}
