/** `npm run bench:page [-- --write page]`: what the first screen and the trainer weigh (gzip -9 of the built files actually requested), and the
 *  time from navigation to a page whose Start button answers. Build first. `--write page` puts them into docs/benchmarks.md. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readArguments } from "../../scripts/command-line.ts";
import { openVisitor, root, serveBuild, waitForStatus } from "../browser/harness.ts";
import { table, writeSection } from "./write-section.ts";

const { values: flags } = readArguments("npm run bench:page --", {
  options: { write: { type: "string" } },
});

const gzipBytes = (file: string): number => gzipSync(readFileSync(file), { level: 9 }).byteLength;
const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

const builtFile = (path: string): string => join(root, "dist", path === "/" ? "index.html" : path);
const sizeOf = (paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + gzipBytes(builtFile(path)), 0);
function report(title: string, paths: readonly string[]): void {
  console.log(`${title}: ${kB(sizeOf(paths))} gzip`);
  for (const path of paths) console.log(`  ${kB(sizeOf([path])).padStart(9)}  ${path}`);
}

const server = await serveBuild();
const requested: string[] = [];
const interactiveMs: number[] = [];
const runs = 5;
for (let run = 0; run < runs; run++) {
  // A service worker fetches every file, whether it is run or not.
  const visitor = await openVisitor(server.url, { serviceWorkers: false });
  const { page } = visitor;
  if (run === 0)
    visitor.context.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (/^\/$|\.(js|css)$/.test(pathname) && !requested.includes(pathname))
        requested.push(pathname);
    });
  const began = performance.now();
  await page.goto(`${server.url}?preset=smoke`);
  await page.getByRole("button", { name: "Start", exact: true }).first().waitFor();
  interactiveMs.push(performance.now() - began);
  if (run === 0) {
    await page.getByRole("button", { name: "Start", exact: true }).first().click();
    await waitForStatus(page, "done");
  }
  await visitor.close();
}
await server.close();

const html = readFileSync(builtFile("/"), "utf8");
const first = requested.filter((path) => path === "/" || html.includes(path.slice(1)));
const trainer = requested.filter((path) => /trial\.worker-/.test(path));
const from = requested.indexOf(trainer[0]!);
const rest = requested.filter((path) => !first.includes(path) && !trainer.includes(path));
const isTrainer = (path: string): boolean =>
  requested.indexOf(path) > from &&
  /\/(dist|src|engine|webgpu|browser|shared|Unique_impl|zeros|selu_util|where_impl|rolldown-runtime|optimizer-slots)/.test(
    path,
  );
const parts: readonly [string, readonly string[]][] = [
  ["first screen: what the page needs to answer", first],
  ["trainer: worker and what it loads for a WebGPU trial", [...trainer, ...rest.filter(isTrainer)]],
  ["everything else that one experiment loads", rest.filter((path) => !isTrainer(path))],
];
for (const [title, paths] of parts) report(title, paths);
const [least, , median, , most] = interactiveMs
  .toSorted((a, b) => a - b)
  .map((ms) => ms.toFixed(0));
const interactive = `Navigation to a Start button that answers: median ${median} ms (${least} to ${most}, ${runs} fresh profiles).`;
console.log(interactive);
if (flags.write !== undefined) {
  const weights = parts.map(([title, paths]) => [title, `${Math.round(sizeOf(paths) / 1000)} kB`]);
  await writeSection(flags.write, `${table([["what", "gzip"], ...weights])}\n\n${interactive}`);
}
process.exit(0);
