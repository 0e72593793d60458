import { readArguments } from "../command-line.ts";
import { AppError } from "../../src/core/errors.ts";
import { openNodeDevice } from "./lib/node-device.ts";
import type { Workload } from "./lib/training/contender.ts";
import { countCommands } from "./lib/training/count-commands.ts";
import { printTable, trainingReport } from "./lib/training/print-table.ts";
import {
  engineNames,
  runBenchmark,
  type BenchmarkRequest,
  type BenchmarkResult,
} from "./lib/training/run-benchmark.ts";
import { writeSection } from "../../test/bench/write-section.ts";
import { installNodeGpu } from "../node-gpu.ts";
import { asWritten } from "../../src/core/words/index.ts";

const usage = `npm run bench:training -- [--json] [--browser] [--kernels] [--width W] [--batch B] [--engines ${engineNames.join(",")}]
  --json           one JSON object on standard output instead of a table
  --browser        in headless Chromium instead of Node
  --kernels        each kernel's time, GFLOP/s and share of the ceiling too
  --width --batch  default 16 and 32, then 64 and 2; on a GPU 64 and 128, 64 and 512 instead of the second
  --engines        default all that the adapter can run
  --choose         measure variants of kernels on a software adapter too, as is done on GPUs before a network's first step
  --concurrency 1,2,4  whole trials at once too; the page chooses by the same measurement how many it runs
  --repetitions N  interleaved repetitions, the median counts; default 5
  --min-ms N       least time of one repetition; default 1000
  --write SECTION  put the table into that section of docs/benchmarks.md
  --start-s N      a contender that takes longer for its first two steps ends the run; default 900 (jax-js compiles for minutes
                   on software adapters)`;

/** Images per second of a ResNet-18 training step, stock TensorFlow.js and jax-js against our engines, in one run on one adapter. */
export async function main(args: readonly string[]): Promise<number> {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const { values } = readArguments(usage, {
    args: [...args],
    options: {
      width: text,
      batch: text,
      engines: text,
      concurrency: text,
      repetitions: text,
      "min-ms": text,
      "start-s": text,
      write: text,
      json: flag,
      kernels: flag,
      choose: flag,
      browser: flag,
    },
  });
  const one: Workload = {
    width: positive("--width", values.width, 16),
    batch: positive("--batch", values.batch, 32),
  };
  const request: BenchmarkRequest = {
    engines: values.engines?.split(",") ?? null,
    workloads: (values.width ?? values.batch) ? [one] : null,
    concurrency: (values.concurrency?.split(",") ?? []).map((count) =>
      positive("--concurrency", count, 1),
    ),
    repetitions: positive("--repetitions", values.repetitions, 5),
    minMs: positive("--min-ms", values["min-ms"], 1000),
    kernels: values.kernels ?? false,
    choose: values.choose ?? false,
    startLimitMs: 1000 * positive("--start-s", values["start-s"], 900),
  };
  const result = await (values.browser ? inBrowser(request) : inNode(request));
  if (values.json) console.log(JSON.stringify(result));
  else printTable(result);
  if (values.write !== undefined) await writeSection(values.write, trainingReport(result), args);
  return result.failures.length === 0 ? 0 : 1;
}

const say = (line: string): void => console.error(line);

async function inNode(request: BenchmarkRequest): Promise<BenchmarkResult> {
  await installNodeGpu();
  const counts = countCommands();
  return runBenchmark(await openNodeDevice("webgpu"), counts, request, say);
}

async function inBrowser(request: BenchmarkRequest): Promise<BenchmarkResult> {
  const { runInBrowser } = await import("./lib/training/in-browser.ts");
  return runInBrowser(request, say);
}

function positive(name: string, value: string | undefined, fallback: number): number {
  const number = Number(value ?? fallback);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new AppError(
    "parameter-invalid",
    asWritten(`${name}: expected a positive integer, got ${value}.`),
  );
}
