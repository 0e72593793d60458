import type { DispatchTime } from "../../../../src/engine/webgpu/index.ts";
import type { CeilingFigures } from "./ceiling.ts";
import type { Workload } from "./contender.ts";

/** What one kernel does in a training step, all its dispatches together, each timed alone. */
export interface KernelRow extends Workload {
  readonly engine: string;
  readonly kernel: string;
  readonly dispatches: number;
  readonly ms: number;
  /** Of all dispatches' time. */
  readonly shareOfStep: number;
  /** Useful operations; 0 for kernels that move memory. */
  readonly gflops: number;
  readonly shareOfCeiling: number;
  /** Of everything bound, once. */
  readonly gBps: number;
  readonly shareOfCopy: number;
}

/** Sums a step's dispatches by kernel, the costliest first. */
export function kernelTable(
  engine: string,
  { width, batch }: Workload,
  times: readonly DispatchTime[],
  { matmulGflops, copyGBps }: CeilingFigures,
): readonly KernelRow[] {
  const wholeMs = times.reduce((sum, { ms }) => sum + ms, 0);
  const kernels = [...new Set(times.map(({ kernel }) => kernel))];
  const rows = kernels.map((kernel): KernelRow => {
    const own = times.filter((time) => time.kernel === kernel);
    const sum = (key: "ms" | "flops" | "bytes"): number =>
      own.reduce((total, time) => total + time[key], 0);
    const ms = sum("ms");
    // Timestamps are too coarse for the very shortest.
    const perSecond = (amount: number): number => (ms > 0 ? amount / ms / 1e6 : 0);
    const [gflops, gBps] = [perSecond(sum("flops")), perSecond(sum("bytes"))];
    return {
      engine,
      width,
      batch,
      kernel,
      dispatches: own.length,
      ms,
      shareOfStep: ms / wholeMs,
      gflops,
      shareOfCeiling: gflops / matmulGflops,
      gBps,
      shareOfCopy: gBps / copyGBps,
    };
  });
  return rows.toSorted((a, b) => b.ms - a.ms);
}
