/** `npm run screenshots`: pictures of the built page for the README, from the recorded experiment. Build first.
 *
 *    npm run screenshots -- [folder]                     every screen at 1440, 768 and 390 px, light and dark; default
 *                                                        docs/screenshots
 *    npm run screenshots -- folder --gallery [--only x]  the gallery instead, in both languages too; --only: stands whose name
 *                                                        has x in it
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { readArguments } from "./command-line.ts";
import { openVisitor, serveBuild, waitForStatus } from "../test/browser/harness.ts";
import { openStand, serveGallery, standNames } from "../test/gallery/serve.ts";

const { values: flags, positionals } = readArguments(
  "npm run screenshots -- [FOLDER] [--gallery] [--only NAME]",
  {
    allowPositionals: true,
    options: {
      gallery: { type: "boolean", default: false },
      only: { type: "string", default: "" },
    },
  },
);
const all = positionals.length > 0;
const folder = resolve(positionals[0] ?? "docs/screenshots");
mkdirSync(folder, { recursive: true });
if (flags.gallery) {
  await drawGallery();
  process.exit(0);
}
const server = await serveBuild();

interface Picture {
  readonly name: string;
  readonly fragment: string;
  readonly width: number;
  readonly scheme: "light" | "dark";
  readonly tab?: string;
}
const forReadme: readonly Picture[] = [
  { name: "home", fragment: "#/", width: 1440, scheme: "light" },
  { name: "experiment", fragment: "#/recorded", width: 1440, scheme: "light" },
  { name: "experiment-dark", fragment: "#/recorded", width: 1440, scheme: "dark" },
  { name: "experiment-phone", fragment: "#/recorded", width: 390, scheme: "light" },
];
const tabs = ["Trials", "Parameters", "Model", "Setup", "Log"];
const everything: readonly Picture[] = [1440, 768, 390].flatMap((width) =>
  (["light", "dark"] as const).flatMap((scheme) => [
    ...["home", "recorded", "data"].map((screen) => ({
      name: `${screen}-${width}-${scheme}`,
      fragment: screen === "home" ? "#/" : `#/${screen}`,
      width,
      scheme,
    })),
    ...tabs.map((tab) => ({
      name: `tab-${tab.toLowerCase()}-${width}-${scheme}`,
      fragment: "#/recorded",
      width,
      scheme,
      tab,
    })),
  ]),
);

const visitor = await openVisitor(server.url);
const { page } = visitor;
for (const { name, fragment, width, scheme, tab } of all ? everything : forReadme) {
  await page.setViewportSize({ width, height: width < 768 ? 1000 : 900 });
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
  await page.goto("about:blank");
  await page.goto(`${server.url}${fragment}`);
  if (fragment === "#/recorded") await waitForStatus(page, "done", 20_000);
  // The device line and the costs appear once the device is measured.
  if (fragment === "#/")
    await page
      .getByText(/SwiftShader|WebGPU/i)
      .first()
      .waitFor();
  if (tab) await page.getByRole("tab", { name: tab }).click();
  await page.waitForTimeout(600);
  // A whole phone page is a sliver: the README shows its first screen.
  const fullPage = all || width >= 768;
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
  console.log(join(folder, `${name}.png`));
}
await visitor.close();
await server.close();
process.exit(0);

async function drawGallery(): Promise<void> {
  const gallery = await serveGallery();
  const { page, close } = await openVisitor(gallery.url, { webgpu: false });
  for (const name of await standNames(page, gallery.url)) {
    if (!name.includes(flags.only)) continue;
    for (const language of ["en", "zh"] as const)
      for (const width of [1440, 768, 390])
        for (const colorScheme of ["light", "dark"] as const) {
          await page.setViewportSize({ width, height: width < 768 ? 1000 : 900 });
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          await openStand(page, gallery.url, name, language);
          await page.waitForTimeout(600);
          const path = join(folder, `${name}-${width}-${colorScheme}-${language}.png`);
          await page.screenshot({ path, fullPage: true });
          console.log(path);
        }
  }
  await close();
  await gallery.close();
}
