import { parseArgs } from "node:util";
import { AppError } from "../../src/core/errors.ts";
import { openNodeDevice } from "./lib/node-device.ts";
import type { BenchRow, ContenderFactory } from "./lib/training/contender.ts";
import { countCommands } from "./lib/training/count-commands.ts";
import { measureContenders } from "./lib/training/measure-contenders.ts";
import { measureCeiling, type Ceiling } from "./lib/training/ceiling.ts";
import { jaxJs } from "./lib/training/jax.ts";
import { ours } from "./lib/training/ours.ts";
import { stock } from "./lib/training/stock.ts";
import { trainingFlops } from "../../src/engine/model/flops.ts";
import { resnet } from "../../src/engine/model/resnet.ts";
import { createReferenceEngine } from "../../src/engine/reference/engine.ts";
import { createWebGpuEngine } from "../../src/engine/webgpu/index.ts";
import { installNodeGpu } from "../node-gpu.ts";

const contenders: Readonly<Record<string, ContenderFactory>> = {
  stock,
  "jax-js": jaxJs,
  reference: ours(createReferenceEngine),
  "webgpu-f32": ours(createWebGpuEngine),
  "webgpu-f16": ours((device, graph, options) =>
    createWebGpuEngine(device, graph, options, { precision: "f16" }),
  ),
};

/** Without jax-js, which compiles for minutes on software adapters. */
const usual = ["stock", "reference", "webgpu-f32", "webgpu-f16"];

const usage = `npm run bench:training -- [--json] [--width 16] [--batch 32] [--engines ${Object.keys(contenders).join(",")}]
  --repetitions N  interleaved repetitions, the median counts; default 3
  --min-ms N       least time of one repetition; default 1000`;

/** Images per second of a ResNet-18 training step, stock TensorFlow.js against our engines, in one run on one adapter. */
export async function main(args: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const options = { width: text, batch: text, engines: text, repetitions: text, "min-ms": text };
  const flag = { type: "boolean" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { ...options, json: flag, help: flag },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  await installNodeGpu();
  const counts = countCommands();
  const device = await openNodeDevice("webgpu");
  const able = usual.filter((name) => device.halfPrecision || !name.endsWith("f16"));
  const factories = new Map<string, ContenderFactory>();
  for (const name of values.engines?.split(",") ?? able) factories.set(name, factoryOf(name));
  const workload = { width: Number(values.width ?? 16), batch: Number(values.batch ?? 32) };
  const ceiling = await measureCeiling(device);
  const rows = await measureContenders(device, factories, workload, counts, {
    repetitions: Number(values.repetitions ?? 3),
    minMs: Number(values["min-ms"] ?? 1000),
  });
  if (values.json) console.log(JSON.stringify({ adapter: device.adapter, ceiling, rows }));
  else print(device.adapter, ceiling, rows);
  return 0;
}

function factoryOf(name: string): ContenderFactory {
  const factory = contenders[name];
  if (factory) return factory;
  throw new AppError("parameter-invalid", `--engines: there is no ${name}.\n${usage}`);
}

function print(adapter: string, ceiling: Ceiling, rows: readonly BenchRow[]): void {
  console.log(
    `${adapter}: plain f32 matrix product ${ceiling.matmulGflops.toFixed(1)} GFLOP/s, copy ${ceiling.copyGBps.toFixed(1)} GB/s`,
  );
  console.table(
    rows.map(({ engine, width, batch, ...figures }) => ({
      engine,
      width,
      batch,
      "images/s": figures.imagesPerSecond.toFixed(1),
      "of ceiling": share(width, figures.imagesPerSecond, ceiling),
      dispatches: figures.dispatchesPerStep,
      submits: figures.submitsPerStep,
      "JS ms": figures.jsMsPerStep.toFixed(1),
      MB: (figures.gpuBytes / 1e6).toFixed(0),
      "first step ms": figures.firstStepMs.toFixed(0),
      loss: figures.loss.toFixed(3),
    })),
  );
}

/** Useful floating-point operations of a whole step against the plain matrix product. */
function share(width: number, imagesPerSecond: number, { matmulGflops }: Ceiling): string {
  const gflops = (trainingFlops(resnet({ width })) * imagesPerSecond) / 1e9;
  return `${((100 * gflops) / matmulGflops).toFixed(0)} %`;
}
