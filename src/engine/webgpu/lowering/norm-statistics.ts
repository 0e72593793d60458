import {
  finishStatistics,
  mergeMoments,
  normStatistics,
  runningStatistics,
} from "../kernels/norm-statistics.ts";
import type { NormNode } from "../plan/fused-graph.ts";
import { itemGrid } from "../kernel.ts";
import type { PlanContext } from "../plan/plan-context.ts";
import { meanOf, runningSlice, type ForwardPass } from "./norm-slices.ts";
import { rowsOf } from "../values.ts";
import { sumLayout } from "./sum-layout.ts";

/** Writes the statistics of a batch norm in training: from the moments that the convolution before it left, else from its result. */
export function batchStatistics(context: PlanContext, pass: ForwardPass, norm: NormNode): void {
  const x = pass.values.get(norm.inputs[0]!)!;
  const { writer, real } = context;
  const rows = rowsOf(context, x);
  const c4 = x.pitch / 4;
  const statistics = writer.whole(`${norm.name} statistics`, 2 * x.pitch * 4);
  const running = runningSlice(context, norm);
  const pitch = meanOf(context, norm).floats / 4;
  pass.statistics.set(norm.id, statistics);
  const layout = sumLayout(context, rows, c4);
  const { chunks, rowsPerChunk, grid } = layout;
  const shared = { rows, rowsPerChunk, c4, pitch, eps: norm.eps, momentum: norm.momentum };
  const moments = pass.moments.get(norm.inputs[0]!);
  if (moments) {
    writer.run({
      label: `${norm.name} statistics`,
      kernel: mergeMoments(),
      buffers: [moments.slice, statistics, running],
      params: { ...shared, tileRows: moments.tileRows },
      grid: [c4, 1, 1],
    });
  } else if (chunks === 1) {
    writer.run({
      label: `${norm.name} statistics`,
      kernel: normStatistics(real, true, layout),
      buffers: [x.slice, statistics, running],
      params: shared,
      grid,
    });
  } else {
    const sums = writer.whole(`${norm.name} sums`, chunks * 2 * x.pitch * 4);
    writer.run({
      label: `${norm.name} statistics`,
      kernel: normStatistics(real, false, layout),
      buffers: [x.slice, sums],
      params: shared,
      grid,
    });
    writer.run({
      label: `${norm.name} finish`,
      kernel: finishStatistics(real),
      buffers: [x.slice, sums, statistics, running],
      params: { ...shared, chunks },
      grid: itemGrid(c4),
    });
  }
}

/** Writes the statistics of a batch norm in evaluation, where it could not be folded: the running ones. */
export function fixedStatistics(context: PlanContext, pass: ForwardPass, norm: NormNode): void {
  const c4 = pass.values.get(norm.inputs[0]!)!.pitch / 4;
  const pitch = meanOf(context, norm).floats / 4;
  const statistics = context.writer.whole(`${norm.name} statistics`, 2 * c4 * 16);
  context.writer.run({
    label: `${norm.name} running statistics`,
    kernel: runningStatistics(),
    buffers: [runningSlice(context, norm), statistics],
    params: { c4, pitch, eps: norm.eps },
    grid: itemGrid(c4),
  });
  pass.statistics.set(norm.id, statistics);
}
