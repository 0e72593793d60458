import type { EngineDevice } from "../../../../src/engine/device.ts";
import type { BenchRow, Contender, ContenderFactory, Workload } from "./contender.ts";
import type { CommandCounts } from "./count-commands.ts";

export interface MeasureOptions {
  /** Interleaved repetitions; the median counts. */
  readonly repetitions: number;
  /** Least time of one repetition. */
  readonly minMs: number;
}

interface Running {
  readonly engine: string;
  readonly contender: Contender;
  readonly firstStepMs: number;
  readonly rates: number[];
  jsMs: number;
  steps: number;
  dispatches: number;
  submits: number;
  loss: number;
}

/** Times contenders on one workload in turns, so that a change of the machine's mood meets all of them. */
export async function measureContenders(
  device: EngineDevice,
  factories: ReadonlyMap<string, ContenderFactory>,
  workload: Workload,
  counts: CommandCounts,
  { repetitions, minMs }: MeasureOptions,
): Promise<readonly BenchRow[]> {
  const running: Running[] = [];
  for (const [engine, create] of factories) {
    const start = performance.now();
    const contender = await create(device, workload);
    await contender.step();
    await contender.finish();
    const firstStepMs = performance.now() - start;
    // A second step: what is allocated once is allocated now.
    await contender.step();
    await contender.finish();
    const zero = { jsMs: 0, steps: 0, dispatches: 0, submits: 0, loss: NaN };
    running.push({ engine, contender, firstStepMs, rates: [], ...zero });
  }
  for (let repetition = 0; repetition < repetitions; repetition++)
    for (const one of running) await repeat(one, workload, counts, minMs);
  const rows = running.map((one) => rowOf(one, workload));
  for (const { contender } of running) contender.dispose();
  device.check();
  return rows;
}

async function repeat(
  one: Running,
  { batch }: Workload,
  counts: CommandCounts,
  minMs: number,
): Promise<void> {
  const before = { ...counts };
  const start = performance.now();
  let steps = 0;
  while (steps === 0 || performance.now() - start < minMs) {
    const called = performance.now();
    const done = one.contender.step();
    // What ran before the first await is JavaScript's time; the rest is waiting.
    one.jsMs += performance.now() - called;
    await done;
    steps += 1;
  }
  one.dispatches += counts.dispatches - before.dispatches;
  one.submits += counts.submits - before.submits;
  one.loss = await one.contender.finish();
  one.rates.push((1000 * steps * batch) / (performance.now() - start));
  one.steps += steps;
}

function rowOf(one: Running, { width, batch }: Workload): BenchRow {
  const sorted = [...one.rates].sort((a, b) => a - b);
  return {
    engine: one.engine,
    width,
    batch,
    imagesPerSecond: sorted[Math.floor(sorted.length / 2)]!,
    dispatchesPerStep: Math.round(one.dispatches / one.steps),
    submitsPerStep: Math.round((10 * one.submits) / one.steps) / 10,
    jsMsPerStep: one.jsMs / one.steps,
    gpuBytes: one.contender.gpuBytes,
    firstStepMs: one.firstStepMs,
    loss: one.loss,
  };
}
