import { addersOf } from "../kernels/add-up.ts";
import type { SumThreads } from "../kernels/norm-statistics.ts";
import { mostBuffersOfWholeNorm } from "../kernels/norm-whole.ts";
import type { PlanContext, Value } from "../plan/plan-context.ts";

/** How workgroups share the rows and channels that are summed for a batch norm. */
export interface SumLayout extends SumThreads {
  /** Neighbouring groups of four channels that a workgroup reads side by side. */
  readonly columns: 1 | 2 | 4;
  /** Workgroups that share the rows; with one, the sums are final. */
  readonly chunks: number;
  readonly rowsPerChunk: number;
  readonly grid: readonly [number, number, number];
}

/** Software adapters have two or so threads to keep busy and pay for every dispatch. GPUs need many workgroups, and read memory in
 *  pieces of 32 bytes or more, which four neighbours fill in half precision, too; but with 64 groups of 256 threads, or few rows, the
 *  second dispatch, which adds up to 64 chunks one after the other, costs more than it gains. */
export function sumLayout(context: PlanContext, rows: number, c4: number): SumLayout {
  const gpu = context.family.kind === "workgroup";
  const final = gpu && (c4 >= 64 || rows <= 1024);
  const most = !gpu ? 1 : final ? c4 / 64 : c4;
  const columns = most >= 4 ? 4 : most >= 2 ? 2 : 1;
  const groups = Math.ceil(c4 / columns);
  const wanted = final ? 1 : gpu ? Math.min(64, Math.ceil(512 / groups)) : Math.ceil(4 / c4);
  const chunks = Math.max(1, Math.min(wanted, Math.ceil((rows * columns) / 1024)));
  const rowsPerChunk = Math.ceil(rows / chunks);
  const count = Math.ceil(rows / rowsPerChunk);
  return {
    ...addersOf(context.family, gpu ? 256 : 64),
    ...{ columns, chunks: count, rowsPerChunk },
    grid: [groups, count, 1],
  };
}

/** Lanes of the subgroup that does one batch norm's group of four channels, where that keeps the adapter busy and makes a batch
 *  norm one dispatch; else null. */
export const wholeNorms = ({ family, maxBuffers }: PlanContext, { pitch }: Value): number | null =>
  family.kind === "subgroup" && pitch >= 8 && maxBuffers >= mostBuffersOfWholeNorm
    ? family.lanes
    : null;
