import { AppError, toErrorRecord } from "../../../../src/core/errors.ts";
import type { EngineDevice } from "../../../../src/engine/device.ts";
import type { DispatchTime } from "../../../../src/engine/webgpu/index.ts";
import { trainingFlops } from "../../../../src/engine/model/flops.ts";
import { buildNetwork } from "../../../../src/engine/networks/index.ts";
import { noiseShape } from "../../../../src/engine/training/measure.ts";
import type { Ceiling } from "./ceiling.ts";
import type { Contender, ContenderFactory, Measured, Workload } from "./contender.ts";
import type { CommandCounts } from "./count-commands.ts";
import { dropFreeTensors } from "./free-tensors.ts";
import { asWritten } from "../../../../src/core/words/index.ts";

export interface MeasureOptions {
  /** Interleaved repetitions; the median counts. */
  readonly repetitions: number;
  /** Least time of one repetition. */
  readonly minMs: number;
  /** A contender that needs longer for its first two steps ends the run. */
  readonly startLimitMs: number;
  /** Time the dispatches of our engines too. */
  readonly kernels: boolean;
}

/** Who did not come to the start, or fell, and why. */
export interface Failure extends Workload {
  readonly engine: string;
  readonly reason: string;
}

/** What one workload gave. */
export interface MeasuredWorkload {
  readonly rows: readonly Measured[];
  readonly failures: readonly Failure[];
  readonly profiles: ReadonlyMap<string, readonly DispatchTime[]>;
}

interface Running {
  readonly engine: string;
  readonly contender: Contender;
  readonly firstStepMs: number;
  readonly gpuBytes: number;
  readonly rates: number[];
  /** GFLOP/s of the ceiling around each repetition. */
  readonly ceilings: number[];
  readonly jsMs: number[];
  steps: number;
  dispatches: number;
  submits: number;
  buffers: number;
  loss: number;
}

/** What contenders are measured on and with. */
export interface TestBench {
  readonly device: EngineDevice;
  readonly counts: CommandCounts;
  readonly ceiling: Ceiling;
  /** Says what happens, to people. */
  readonly say: (line: string) => void;
}

/** Times contenders on one workload in turns, the ceiling among them, so that a change of the machine's mood meets all of them.
 *  @param factories by engine */
export async function measureContenders(
  { device, counts, ceiling, say }: TestBench,
  factories: ReadonlyMap<string, ContenderFactory>,
  workload: Workload,
  options: MeasureOptions,
): Promise<MeasuredWorkload> {
  const { width, batch } = workload;
  const failures: Failure[] = [];
  let running: Running[] = [];
  for (const [engine, create] of factories)
    try {
      const one = await start(engine, () => create(device, workload), counts, options.startLimitMs);
      say(`${engine}, width ${width}, batch ${batch}: first step ${one.firstStepMs.toFixed(0)} ms`);
      running.push(one);
    } catch (error) {
      // What compiles on behind the back of the others would falsify them.
      if (error instanceof AppError && error.code === "worker-timeout") throw error;
      failures.push({ engine, ...workload, reason: toErrorRecord(error).message });
      say(`${engine}, width ${width}, batch ${batch}: ${failures.at(-1)!.reason}`);
    }
  for (let repetition = 0; repetition < options.repetitions; repetition++) {
    await ceiling.measure();
    const standing: Running[] = [];
    for (const one of running)
      try {
        const before = await ceiling.now();
        await repeat(one, batch, counts, options.minMs);
        one.ceilings.push((before + (await ceiling.now())) / 2);
        standing.push(one);
      } catch (error) {
        failures.push({ engine: one.engine, ...workload, reason: toErrorRecord(error).message });
      }
    running = standing;
    say(
      `repetition ${repetition + 1}: ${running.map((one) => `${one.engine} ${one.rates.at(-1)!.toFixed(2)}`).join(", ")} images/s`,
    );
  }
  const profiles = new Map<string, readonly DispatchTime[]>();
  for (const { engine, contender } of running) {
    if (options.kernels && contender.profile) profiles.set(engine, await contender.profile());
    contender.dispose();
  }
  return { rows: running.map((one) => rowOf(one, workload)), failures, profiles };
}

async function start(
  engine: string,
  create: () => Promise<Contender>,
  counts: CommandCounts,
  limitMs: number,
): Promise<Running> {
  // What other contenders released must not be taken for nothing.
  dropFreeTensors();
  const bytes = counts.bytes;
  const began = performance.now();
  const work = async (): Promise<Running> => {
    const contender = await create();
    await contender.step();
    await contender.finish();
    const firstStepMs = performance.now() - began;
    // A second step: what is allocated once is allocated now.
    await contender.step();
    const loss = await contender.finish();
    const zero = {
      rates: [],
      ceilings: [],
      jsMs: [],
      steps: 0,
      dispatches: 0,
      submits: 0,
      buffers: 0,
    };
    return { engine, contender, firstStepMs, gpuBytes: counts.bytes - bytes, loss, ...zero };
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `${engine}: no first step within ${limitMs / 1000} s. Raise --start-s or leave it out of --engines.`;
    timer = setTimeout(() => reject(new AppError("worker-timeout", asWritten(message))), limitMs);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function repeat(
  one: Running,
  batch: number,
  counts: CommandCounts,
  minMs: number,
): Promise<void> {
  const before = { ...counts };
  const began = performance.now();
  let steps = 0;
  while (steps === 0 || performance.now() - began < minMs) {
    const called = performance.now();
    const done = one.contender.step();
    // Everything ran dry before this repetition, so what passed until here is JavaScript's time and no waiting.
    if (steps === 0) one.jsMs.push(performance.now() - called);
    await done;
    steps += 1;
  }
  one.dispatches += counts.dispatches - before.dispatches;
  one.submits += counts.submits - before.submits;
  one.buffers += counts.buffers - before.buffers;
  one.loss = await one.contender.finish();
  one.rates.push((1000 * steps * batch) / (performance.now() - began));
  one.steps += steps;
}

function rowOf(one: Running, workload: Workload): Measured {
  const gflopsPerImage =
    trainingFlops(
      buildNetwork({ name: "resnet18", parameters: { width: workload.width } }, noiseShape),
    ) / 1e9;
  const perStep = (count: number): number => Math.round((10 * count) / one.steps) / 10;
  return {
    engine: one.engine,
    ...workload,
    imagesPerSecond: median(one.rates),
    imagesPerSecondRange: [Math.min(...one.rates), Math.max(...one.rates)],
    usefulGflops: gflopsPerImage * median(one.rates),
    shareOfCeiling: median(one.rates.map((rate, i) => (gflopsPerImage * rate) / one.ceilings[i]!)),
    dispatchesPerStep: Math.round(one.dispatches / one.steps),
    submitsPerStep: perStep(one.submits),
    buffersPerStep: perStep(one.buffers),
    jsMsPerStep: median(one.jsMs),
    gpuBytes: one.gpuBytes,
    firstStepMs: one.firstStepMs,
    loss: one.loss,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
