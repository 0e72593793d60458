import type { BrowserContext, Page } from "playwright-core";
import type { JournalEvent } from "../../../src/core/journal/index.ts";
import { startFiles, tinyConfig } from "../../browser/harness.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";
import { gpuPrelude, type WorkerGpu } from "../lib/gpu-prelude.ts";
import { StoredJournal } from "../lib/stored-journal.ts";
import { beforeTrialWorkers, trialWorker } from "../lib/trial-workers.ts";
import { Watch, watchPages } from "../lib/watch.ts";

/** Chromium keeps the GPU from a page for two minutes after its second crash; with these flags it gives it back at once. */
const forgiving = [
  "--disable-domain-blocking-for-3d-apis",
  "--disable-gpu-process-crash-limit",
] as const;

/** `absent`: the device is destroyed and for some seconds there is no adapter; `crashes`: twice within seconds, in a
 *  browser that forgives nothing, so that it gives no adapter for minutes. */
type Fault = "destroy" | "absent" | "crash" | "crashes";

const limitsMs = { continues: 10_000, told: 2000 };
const faultsPerBrowser = 10;
const absentMs = 6000;

interface Outcome {
  readonly kind: Fault;
  readonly code: string;
  /** From an adapter being available, or the fault where there always was one, to a step trained. */
  readonly continuedMs: number;
  /** From the fault to the words "waiting for the GPU"; null where the wait was shorter than what needs words. */
  readonly toldMs: number | null;
  readonly absentMs: number;
}

/** The GPU device or its process is lost at any step. */
export const deviceLoss: Goal = {
  id: "R3",
  title: "Device loss",
  how: "while a trial trains, its worker's device gets destroy() at a random moment, every fifth time with no adapter for the next seconds; or the GPU process is crashed (CDP Browser.crashGpuProcess), in a browser that gives adapters again and in one that does not for two minutes",
  counts: { full: 70, reduced: 4 },
  limitMinutes: { full: 60, reduced: 3 },
  async run(context) {
    const destroyed = Math.ceil((context.count * 5) / 7);
    const crashed = context.count - destroyed;
    const outcomes: Outcome[] = [];
    const problems: string[] = [];
    const add = async (kinds: readonly Fault[], first: number): Promise<void> => {
      const name = `${kinds[0]}-${first}`;
      const part = await context.part(name, () => runExperiment(context, name, kinds));
      outcomes.push(...part.outcomes);
      problems.push(...part.problems);
    };
    for (let first = 0; first < destroyed; first += faultsPerBrowser)
      await add(
        kindsOf("destroy", "absent", first, Math.min(faultsPerBrowser, destroyed - first)),
        first,
      );
    // The long wait is measured in the full run alone.
    const long = context.reduced ? 0 : 2;
    for (let first = 0; first < crashed - long; first += faultsPerBrowser)
      await add(
        kindsOf("crash", "crash", first, Math.min(faultsPerBrowser, crashed - long - first)),
        first,
      );
    if (long > 0) await add(["crashes", "crashes"], 0);
    return judge(context, outcomes, problems);
  },
};

const kindsOf = (usual: Fault, fifth: Fault, first: number, count: number): Fault[] =>
  Array.from({ length: count }, (_, i) => ((first + i) % 5 === 1 ? fifth : usual));

async function runExperiment(
  context: FaultContext,
  name: string,
  kinds: readonly Fault[],
): Promise<{ outcomes: Outcome[]; problems: string[] }> {
  const rng = context.rng(name);
  const flags = kinds.includes("crashes") ? [] : forgiving;
  const visitor = await context.open({ flags, serviceWorkers: false });
  const { page } = visitor;
  let adapterFrom = 0;
  await beforeTrialWorkers(visitor.context, gpuPrelude, () => ({ adapterFrom }));
  const watch = new Watch();
  await watchPages(visitor.context, (sight) => watch.see(sight));
  await page.goto(await context.url());
  await startFiles(page, { lr: { _type: "choice", _value: [0.02] } }, longTrial);
  await page.waitForURL(/#\/experiment\//);
  const journal = new StoredJournal(page);
  const outcomes: Outcome[] = [];
  for (const kind of kinds) {
    await journal.next("epoch-finished", 120_000);
    await new Promise((resolve) => setTimeout(resolve, rng.next() * 2500));
    await journal.skip();
    const at = Date.now();
    watch.forget();
    const told = watch
      .until((sight) => sight.phases.includes("waiting-for-gpu"), "it waits for the GPU", 240_000)
      .then((sight) => sight.at - at);
    told.catch(() => undefined);
    if (kind === "absent") adapterFrom = at + absentMs;
    if (kind === "crash" || kind === "crashes") await crashGpu(visitor.context);
    else await destroyDevice(page);
    const back = kind === "absent" ? Promise.resolve(adapterFrom) : adapterBack(page);
    const failed = await journal.next("attempt-failed", 30_000);
    await journal.next("attempt-started", 240_000);
    const trains = await watch.until(
      (sight) => sight.phases.includes("training"),
      "it trains again",
      60_000,
    );
    const availableAt = await back;
    const waitedMs = availableAt - at;
    outcomes.push({
      kind,
      code: failed.error.code,
      continuedMs: trains.at - Math.max(at, availableAt),
      toldMs: waitedMs > limitsMs.told ? await told : null,
      absentMs: waitedMs,
    });
  }
  await journal.next("epoch-finished", 120_000);
  await visitor.close();
  context.log(`${name}: ${JSON.stringify(outcomes)}`);
  return { outcomes, problems: repeated(journal.events) };
}

/** One trial that outlasts every fault. */
const longTrial = tinyConfig("shapes10", {
  defaults: { model: "resnet10", width: 4, batch_size: 32, epochs: 1000, lr: 0.02 },
});

async function destroyDevice(page: Page): Promise<void> {
  await trialWorker(page).evaluate(() => {
    (globalThis as unknown as WorkerGpu).gpuDevices.at(-1)!.destroy();
  });
}

async function crashGpu(context: BrowserContext): Promise<void> {
  const session = await context.browser()!.newBrowserCDPSession();
  // The answer never comes: its sender is gone.
  session.send("Browser.crashGpuProcess").catch(() => undefined);
}

/** @returns when the page could get an adapter again, in ms since 1970 */
function adapterBack(page: Page): Promise<number> {
  return page.evaluate(async () => {
    for (;;) {
      const adapter = await navigator.gpu.requestAdapter().catch(() => null);
      if (adapter) return Date.now();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
}

/** An attempt that does not go on from the last epoch that was stored. */
function repeated(events: readonly JournalEvent[]): string[] {
  const epochs = events.flatMap((event) =>
    event.type === "epoch-finished" ? [event.report.epoch] : [],
  );
  return epochs.some((epoch, i) => epoch !== i + 1) ? [`epochs trained: ${epochs.join(", ")}`] : [];
}

function judge(context: FaultContext, all: readonly Outcome[], problems: readonly string[]) {
  const bad = all.filter(
    ({ kind, code, continuedMs, toldMs }) =>
      code !== "gpu-lost" ||
      continuedMs > context.within(limitsMs.continues) ||
      (toldMs ?? 0) > context.within(limitsMs.told) ||
      (kind === "absent" && toldMs === null),
  );
  const worst = (values: readonly number[]): number => Math.max(0, ...values);
  const waits = all.filter(({ toldMs }) => toldMs !== null);
  return {
    injected: context.count,
    survived: all.length - bad.length,
    lost: problems.length,
    worstMs: worst(all.map(({ continuedMs }) => continuedMs)),
    pass: all.length === context.count && bad.length === 0 && problems.length === 0,
    notes: [
      `every trial went on from its last epoch; no adapter for more than 2 s after ${waits.length} losses, at most ${Math.round(worst(waits.map(({ absentMs }) => absentMs)) / 1000)} s; "waiting for the GPU" after at most ${worst(waits.map(({ toldMs }) => toldMs ?? 0))} ms`,
      ...problems,
      ...bad.map((one) => `late: ${JSON.stringify(one)}`),
    ],
    codes: [...new Set(all.map(({ code }) => code))],
  };
}
