/** `npm run bench:smoke [-- RUNS]`: the smoke preset on the page in headless Chromium (SwiftShader), its trials trained by our
 *  kernels and by the reference engine (plain TensorFlow.js operations), in turns with fresh profiles. The first epoch of a run
 *  compiles and does not count. The reference engine takes minutes for an epoch: it is stopped after its first trial. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { build, type Plugin } from "vite";
import { readArguments } from "../../scripts/command-line.ts";
import type { JournalEvent } from "../../src/core/journal/index.ts";
import { openVisitor, root, serveBuild, waitForStatus } from "../browser/harness.ts";
import { readStoredJournals } from "../faults/lib/stored.ts";

const { positionals } = readArguments("npm run bench:smoke -- [RUNS]", { allowPositionals: true });
const runs = Number(positionals[0] ?? 3);
const mostMs = 1_800_000;

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
  /** Images per second of epochs, without each run's first. */
  readonly rates: number[];
  /** Of whole experiments. */
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

const storedEvents = async (page: Page): Promise<readonly JournalEvent[]> =>
  [...(await readStoredJournals(page)).values()].flat();
const isEnd = ({ type }: JournalEvent): boolean => type === "trial-ended";

/** Runs the preset once. @param whole to its end, or to that of its first trial */
async function run({ name, folder, rates, seconds }: Build, whole: boolean): Promise<void> {
  const server = await serveBuild(folder);
  const visitor = await openVisitor(server.url);
  try {
    const { page } = visitor;
    await page.goto(`${server.url}?preset=smoke`);
    await page.getByRole("button", { name: "Start", exact: true }).first().click();
    const began = performance.now();
    if (whole) await waitForStatus(page, "done", mostMs);
    else while (!(await storedEvents(page)).some(isEnd)) await page.waitForTimeout(1000);
    const took = (performance.now() - began) / 1000;
    const epochs: number[] = [];
    for (const event of await storedEvents(page))
      if (event.type === "epoch-finished") epochs.push(event.report.imagesPerSecond);
    rates.push(...epochs.slice(1));
    if (whole) seconds.push(took);
    const told = epochs.map((rate) => rate.toFixed(1)).join(", ");
    console.error(`${name}: ${told} images/s by epoch, ${took.toFixed(1)} s`);
  } finally {
    await visitor.close();
    await server.close();
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1]!;

const ours = await builtWith("our kernels", []);
const reference = await builtWith("reference engine", [withReferenceEngine()]);
try {
  for (let i = 0; i < runs; i++) {
    await run(ours, true);
    await run(reference, false);
  }
  for (const { name, rates, seconds } of [ours, reference]) {
    const range = `${Math.min(...rates).toFixed(1)} to ${Math.max(...rates).toFixed(1)}`;
    const end = seconds.length > 0 ? `, whole experiment ${median(seconds).toFixed(1)} s` : "";
    console.log(
      `${name}: ${median(rates).toFixed(1)} images/s (median of ${rates.length} epochs, ${range})${end}`,
    );
  }
} finally {
  for (const { folder } of [ours, reference]) rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
