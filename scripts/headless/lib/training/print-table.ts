import { concurrencyFor } from "../../../../src/engine/training/measure-concurrency.ts";
import { table } from "../../../../test/bench/write-section.ts";
import type { KernelRow } from "./kernel-table.ts";
import type { BenchmarkResult } from "./run-benchmark.ts";

/** The benchmark for people, on standard output. */
export function printTable({
  adapter,
  ceiling,
  rows,
  failures,
  kernels,
  concurrency,
}: BenchmarkResult): void {
  const products = Object.entries(ceiling.matmuls).map(
    ([name, gflops]) => `${name} ${gflops.toFixed(1)}`,
  );
  console.log(
    `${adapter}: plain f32 matrix product ${ceiling.matmulGflops.toFixed(1)} GFLOP/s (${products.join(", ")}), copy ${ceiling.copyGBps.toFixed(1)} GB/s`,
  );
  console.table(
    rows.map((row) => ({
      engine: row.engine,
      width: row.width,
      batch: row.batch,
      "images/s": row.imagesPerSecond.toFixed(2),
      "least to most": row.imagesPerSecondRange.map((rate) => rate.toFixed(2)).join(" to "),
      "GFLOP/s": row.usefulGflops.toFixed(1),
      "of ceiling": percent(row.shareOfCeiling),
      dispatches: row.dispatchesPerStep,
      submits: row.submitsPerStep,
      "new buffers": row.buffersPerStep,
      "JS ms": row.jsMsPerStep.toFixed(1),
      MB: (row.gpuBytes / 1e6).toFixed(0),
      "first step ms": row.firstStepMs.toFixed(0),
      loss: row.loss.toFixed(3),
    })),
  );
  for (const { engine, width, batch } of rows) {
    const own = kernels.filter(
      (row) => row.engine === engine && row.width === width && row.batch === batch,
    );
    if (own.length === 0) continue;
    console.log(`Kernels of one step, ${engine}, width ${width}, batch ${batch}:`);
    console.table(own.map(kernelLine));
  }
  if (concurrency.length > 0) {
    const rates = concurrency.map(
      ({ trials, imagesPerSecond }) => `${trials}: ${imagesPerSecond.toFixed(1)}`,
    );
    console.log(
      `Trials at once (ResNet-10, width 16, batch 64), images/s together: ${rates.join(", ")}; chosen: ${concurrencyFor(concurrency)}`,
    );
  }
  for (const { engine, width, batch, reason } of failures)
    console.log(`${engine}, width ${width}, batch ${batch}: ${reason}`);
}

const kernelLine = (row: KernelRow): Readonly<Record<string, string | number>> => ({
  kernel: row.kernel,
  dispatches: row.dispatches,
  ms: row.ms.toFixed(2),
  "of step": percent(row.shareOfStep),
  "GFLOP/s": row.gflops.toFixed(1),
  "of ceiling": percent(row.shareOfCeiling),
  "GB/s": row.gBps.toFixed(1),
  "of copy": percent(row.shareOfCopy),
});

const percent = (fraction: number): string => `${(100 * fraction).toFixed(0)} %`;

/** The benchmark for the page of benchmarks, as Markdown. */
export function trainingReport({ adapter, rows }: BenchmarkResult): string {
  const three = (x: number): string => Number(x.toPrecision(3)).toLocaleString("en-US");
  const stock = rows.find(({ engine }) => engine === "stock");
  const lines = rows.map((row) => [
    row.engine,
    three(row.imagesPerSecond),
    stock ? `${(row.imagesPerSecond / stock.imagesPerSecond).toFixed(1)}×` : "–",
    ...[row.dispatchesPerStep, row.submitsPerStep].map((n) => n.toLocaleString("en-US")),
    `${(row.gpuBytes / 1e6).toFixed(row.gpuBytes < 1e7 ? 1 : 0)} MB`,
    `${(row.firstStepMs / 1000).toFixed(1)} s`,
    row.usefulGflops.toPrecision(2),
    percent(row.shareOfCeiling),
  ]);
  const { width, batch } = rows[0]!;
  const heading = [
    ...["engine", "images/s", "against stock", "dispatches", "submits", "GPU memory"],
    ...["first step", "useful GFLOP/s", "share of ceiling"],
  ];
  return `${adapter}, width ${width}, batch ${batch}:\n\n${table([heading, ...lines])}`;
}
