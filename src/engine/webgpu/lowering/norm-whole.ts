import type { NormNode, NormUnit } from "../plan/fused-graph.ts";
import { normWhole } from "../kernels/norm-whole.ts";
import { valueOf, type PlanContext } from "../plan/plan-context.ts";
import type { Slice } from "../program.ts";
import { meanOf, runningSlice, scaleSlice, type ForwardPass } from "./norm-slices.ts";
import { rowsOf } from "../values.ts";

/** Writes the forward pass of a batch norm group in training as one dispatch, statistics included. */
export function wholeNormUnit(
  context: PlanContext,
  pass: ForwardPass,
  { norm, addend, group, output }: NormUnit,
  lanes: number,
): void {
  const { writer } = context;
  const second = addend !== null && typeof addend !== "number" ? addend : null;
  const a = pass.values.get(norm.inputs[0]!)!;
  const y = valueOf(context, output);
  const own = (node: NormNode): Slice[] => {
    const statistics = writer.whole(`${node.name} statistics`, 2 * a.pitch * 4);
    pass.statistics.set(node.id, statistics);
    const input = pass.values.get(node.inputs[0]!)!.slice;
    return [input, statistics, runningSlice(context, node), scaleSlice(context, pass, node).slice];
  };
  writer.run({
    label: `${norm.name} normalise`,
    kernel: normWhole(group, context.real, lanes),
    buffers: [
      ...own(norm),
      ...(second ? own(second) : []),
      ...(typeof addend === "number" ? [pass.values.get(addend)!.slice] : []),
      y.slice,
    ],
    params: {
      rows: rowsOf(context, a),
      c4: a.pitch / 4,
      beta: scaleSlice(context, pass, norm).beta,
      betaB: second ? scaleSlice(context, pass, second).beta : 0,
      pitch: meanOf(context, norm).floats / 4,
      epsA: norm.eps,
      momentumA: norm.momentum,
      epsB: second?.eps ?? 0,
      momentumB: second?.momentum ?? 0,
    },
    grid: [a.pitch / 4, 1, 1],
  });
  pass.values.set(output, y);
}
