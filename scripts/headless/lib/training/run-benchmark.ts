import { AppError } from "../../../../src/core/errors.ts";
import type { EngineDevice } from "../../../../src/engine/device.ts";
import { createEngine } from "../../../../src/engine/create-engine.ts";
import { forgetfulMemory, type KernelMemory } from "../../../../src/engine/kernel-table.ts";
import { createReferenceEngine } from "../../../../src/engine/reference/engine.ts";
import {
  measureConcurrency,
  type ConcurrentRate,
} from "../../../../src/engine/training/measure-concurrency.ts";
import { kernelsFor } from "../../../../src/engine/training/kernels-for.ts";
import { measureTraining } from "../../../../src/engine/training/measure.ts";
import { Ceiling, type CeilingFigures } from "./ceiling.ts";
import type { ContenderFactory, Measured, Workload } from "./contender.ts";
import type { CommandCounts } from "./count-commands.ts";
import { jaxJs } from "./jax.ts";
import { kernelTable, type KernelRow } from "./kernel-table.ts";
import { measureContenders, type Failure, type MeasureOptions } from "./measure-contenders.ts";
import { ours } from "./ours.ts";
import { stock } from "./stock.ts";
import { asWritten } from "../../../../src/core/words/index.ts";

/** All there are. */
export const engineNames = ["stock", "jax-js", "reference", "webgpu-f32", "webgpu-f16"] as const;

/** Our engines as a trial makes them, with measured kernels where it would measure. @param memory what is known of kernels */
function contendersWith(memory: KernelMemory): Readonly<Record<string, ContenderFactory>> {
  const webgpu = (engine: "webgpu" | "webgpu-f16"): ContenderFactory =>
    ours(async (device, graph, options, hyperparameters) => {
      const kernels = await kernelsFor(device, graph, { engine, hyperparameters }, { memory });
      return createEngine(device, graph, options, { choice: engine, kernels });
    });
  return {
    stock,
    "jax-js": jaxJs,
    reference: ours(createReferenceEngine),
    "webgpu-f32": webgpu("webgpu"),
    "webgpu-f16": webgpu("webgpu-f16"),
  } satisfies Record<(typeof engineNames)[number], ContenderFactory>;
}

/** What is measured; structured-cloneable, so that it can be asked of a worker. */
export interface BenchmarkRequest extends MeasureOptions {
  /** Null: those that the adapter can run. */
  readonly engines: readonly string[] | null;
  /** Null: what suits the adapter. */
  readonly workloads: readonly Workload[] | null;
  /** Measure kernels on software adapters too. */
  readonly choose: boolean;
  /** How many whole trials to train at once; empty: not measured. */
  readonly concurrency: readonly number[];
}

export interface BenchmarkResult {
  readonly adapter: string;
  readonly ceiling: CeilingFigures;
  readonly rows: readonly Measured[];
  readonly failures: readonly Failure[];
  /** Empty unless asked for. */
  readonly kernels: readonly KernelRow[];
  /** Empty unless asked for. */
  readonly concurrency: readonly ConcurrentRate[];
}

const softwareWorkloads: readonly Workload[] = [
  { width: 16, batch: 32 },
  { width: 64, batch: 2 },
];
const gpuWorkloads: readonly Workload[] = [
  { width: 16, batch: 32 },
  { width: 64, batch: 128 },
  { width: 64, batch: 512 },
];

/** Images per second of a ResNet-18 training step, stock TensorFlow.js and jax-js against our engines, in one run on one adapter.
 *  Runs in Node and in a browser's worker.
 *  @param counts from before `device` was opened
 *  @param say what happens, for people */
export async function runBenchmark(
  device: EngineDevice,
  counts: CommandCounts,
  request: BenchmarkRequest,
  say: (line: string) => void,
): Promise<BenchmarkResult> {
  const able = engineNames.filter((name) => device.halfPrecision || !name.endsWith("f16"));
  const contenders = contendersWith(forgetfulMemory(request.choose));
  const factories = new Map(
    (request.engines ?? able).map((name) => [name, factoryOf(contenders, name)] as const),
  );
  const rows: Measured[] = [];
  const kernels: KernelRow[] = [];
  const failures: Failure[] = [];
  const ceiling = await Ceiling.open(device);
  const usual = device.software ? softwareWorkloads : gpuWorkloads;
  for (const workload of request.workloads ?? usual) {
    const bench = { device, counts, ceiling, say };
    const measured = await measureContenders(bench, factories, workload, request);
    rows.push(...measured.rows);
    failures.push(...measured.failures);
    for (const [engine, times] of measured.profiles)
      kernels.push(...kernelTable(engine, workload, times, ceiling.figures));
  }
  ceiling.dispose();
  const concurrency =
    request.concurrency.length === 0
      ? []
      : await measureConcurrency({
          trials: request.concurrency,
          trialMs: 2000,
          trainingGflops: (await measureTraining(new AbortController().signal, device, false))
            .gflops,
          all: true,
        });
  return {
    adapter: device.adapter,
    ceiling: ceiling.figures,
    rows,
    failures,
    kernels,
    concurrency,
  };
}

function factoryOf(
  contenders: Readonly<Record<string, ContenderFactory>>,
  name: string,
): ContenderFactory {
  const factory = contenders[name];
  if (factory) return factory;
  throw new AppError(
    "parameter-invalid",
    asWritten(`There is no engine ${name}; there are ${engineNames.join(", ")}.`),
  );
}
