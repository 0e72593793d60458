/** `npm run bench:smoke`: the smoke preset on the page in headless Chromium (SwiftShader), its trials trained by the reference
 *  engine (plain TensorFlow.js operations) and by our kernels, in turns with fresh profiles. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type Plugin } from "vite";
import { openVisitor, root, serveBuild, waitForStatus } from "../browser/harness.ts";
import { readStoredJournals } from "../faults/stored.ts";

const runs = Number(process.argv[2] ?? 3);

/** A build whose trials always take the reference engine. */
const withReferenceEngine = (): Plugin => ({
  name: "reference-engine",
  enforce: "pre",
  transform(code, id) {
    if (!id.endsWith("src/engine/create-engine.ts")) return null;
    const changed = code.replace(/"webgpu-f16" : "auto"/, '"webgpu-f16" : "reference"');
    if (changed === code)
      throw new Error("create-engine.ts: a trial's engine is chosen in another way now");
    return { code: changed, map: null };
  },
});

interface Build {
  readonly name: string;
  readonly folder: string;
  readonly rates: number[];
  readonly seconds: number[];
}

async function builtWith(name: string, plugins: readonly Plugin[]): Promise<Build> {
  const folder = mkdtempSync(join(tmpdir(), "tabtune-smoke-"));
  await build({
    root,
    logLevel: "error",
    build: { outDir: folder, emptyOutDir: true },
    worker: { format: "es", plugins: () => [...plugins] },
  });
  return { name, folder, rates: [], seconds: [] };
}

/** Runs the preset once. */
async function run({ folder, rates, seconds }: Build): Promise<void> {
  const server = await serveBuild(folder);
  const visitor = await openVisitor(server.url);
  try {
    const { page } = visitor;
    await page.goto(`${server.url}?preset=smoke`);
    await page.getByRole("button", { name: "Start", exact: true }).first().click();
    const began = performance.now();
    await waitForStatus(page, "done", 600_000);
    seconds.push((performance.now() - began) / 1000);
    for (const events of (await readStoredJournals(page)).values())
      for (const event of events)
        if (event.type === "epoch-finished") rates.push(event.report.imagesPerSecond);
  } finally {
    await visitor.close();
    await server.close();
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1]!;

const builds = [
  await builtWith("reference engine", [withReferenceEngine()]),
  await builtWith("our kernels", []),
];
try {
  for (let i = 0; i < runs; i++) for (const one of builds) await run(one);
  for (const { name, rates, seconds } of builds)
    console.log(
      `${name}: ${median(rates).toFixed(1)} images/s (median of ${rates.length} epochs, ${Math.min(...rates).toFixed(1)} to ${Math.max(...rates).toFixed(1)}), whole experiment ${median(seconds).toFixed(1)} s`,
    );
} finally {
  for (const { folder } of builds) rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
