import type { BenchmarkResult } from "./run-benchmark.ts";

/** The benchmark for people, on standard output. */
export function printTable({ adapter, ceiling, rows, failures }: BenchmarkResult): void {
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
      "of ceiling": `${(100 * row.shareOfCeiling).toFixed(0)} %`,
      dispatches: row.dispatchesPerStep,
      submits: row.submitsPerStep,
      "new buffers": row.buffersPerStep,
      "JS ms": row.jsMsPerStep.toFixed(1),
      MB: (row.gpuBytes / 1e6).toFixed(0),
      "first step ms": row.firstStepMs.toFixed(0),
      loss: row.loss.toFixed(3),
    })),
  );
  for (const { engine, width, batch, reason } of failures)
    console.log(`${engine}, width ${width}, batch ${batch}: ${reason}`);
}
