/** `npm run bench:page`: what the first screen and the trainer weigh (gzip -9 of the built files actually requested), and the
 *  time from navigation to a page whose Start button answers. Build first. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { openVisitor, root, serveBuild } from "../browser/harness.ts";

const gzipBytes = (file: string): number => gzipSync(readFileSync(file), { level: 9 }).byteLength;
const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

const server = await serveBuild();
const requested = new Set<string>();
const interactiveMs: number[] = [];
for (let run = 0; run < 5; run++) {
  const visitor = await openVisitor(server.url);
  const began = performance.now();
  if (run === 0)
    visitor.page.on("request", (request) => {
      if (["document", "script", "stylesheet"].includes(request.resourceType()))
        requested.add(new URL(request.url()).pathname);
    });
  await visitor.page.goto(server.url);
  await visitor.page.getByRole("button", { name: "Start", exact: true }).first().waitFor();
  interactiveMs.push(performance.now() - began);
  await visitor.close();
}
await server.close();

const built = readdirSync(join(root, "dist"), { recursive: true, encoding: "utf8" });
const isWorker = (path: string): boolean => /\.worker-/.test(path);
const firstScreen = [...requested].filter((path) => !isWorker(path));
const sizeOf = (paths: readonly string[]): number =>
  paths.reduce(
    (sum, path) => sum + gzipBytes(join(root, "dist", path === "/" ? "index.html" : path)),
    0,
  );

console.log(`first screen: ${kB(sizeOf(firstScreen))} gzip`);
for (const path of firstScreen) console.log(`  ${kB(sizeOf([path])).padStart(9)}  ${path}`);
const workers = built.filter((path) => isWorker(path) && path.endsWith(".js"));
for (const path of workers) console.log(`worker: ${kB(sizeOf([path]))} gzip  ${path}`);
const chunks = built.filter((path) => path.endsWith(".js") && !workers.includes(path));
console.log(`all other scripts: ${kB(sizeOf(chunks))} gzip in ${chunks.length} files`);
const sorted = interactiveMs.toSorted((a, b) => a - b);
console.log(
  `navigation to interactive: median ${sorted[2]!.toFixed(0)} ms (${sorted[0]!.toFixed(0)} to ${sorted[4]!.toFixed(0)}, ${sorted.length} fresh profiles)`,
);
process.exit(0);
