import { itemGrid } from "../kernel.ts";
import { groupedConv, groupedConvFilter, groupedConvInput } from "../kernels/grouped-conv.ts";
import type { ConvGeometry, GradientTarget } from "../operation.ts";
import type { PlacedTensor } from "../placed-tensor.ts";
import type { PlanContext, Value } from "../plan-context.ts";
import type { Slice } from "../program.ts";
import { clearPadding, rowsOf, windowParams } from "../values.ts";

/** A grouped, depthwise or dilated convolution between x and y, or y's gradient. */
export interface GroupedConv {
  readonly label: string;
  readonly geometry: ConvGeometry;
  readonly x: Value;
  readonly y: Value;
}

/** Parameters of grouped convolution kernels without `items`. */
const groupedParams = ({ geometry, x, y }: GroupedConv): Readonly<Record<string, number>> => ({
  ...windowParams(geometry, x, y),
  dh: geometry.dilation[0],
  dw: geometry.dilation[1],
  inPitch: x.pitch,
  inputs: x.channels,
  outPitch: y.pitch,
  outputs: y.channels,
  groupIn: x.channels / geometry.groups,
  groupOut: y.channels / geometry.groups,
});

export function groupedForward(
  context: PlanContext,
  conv: GroupedConv,
  operands: {
    readonly first: Slice;
    readonly second: Slice;
    readonly bias: Slice | undefined;
    readonly result: Slice;
  },
): void {
  const { label, y } = conv;
  const { first, second, bias, result } = operands;
  const items = rowsOf(context, y) * y.channels;
  context.writer.run({
    label,
    kernel: groupedConv(bias !== undefined, context.real),
    buffers: [first, second, ...(bias ? [bias] : []), result],
    params: { items, ...groupedParams(conv) },
    grid: itemGrid(items),
  });
  if (y.pitch > y.channels) clearPadding(context, label, y);
}

export interface GroupedGradients {
  readonly weight: PlacedTensor;
  readonly filter: Slice;
  readonly gradient: Slice;
  /** Copies of the filter's gradient. */
  readonly parts: number;
  /** What is written after the filter's gradient. */
  readonly between: () => void;
  /** Where the input's goes. */
  readonly into: () => GradientTarget | null;
}

export function groupedGradient(
  context: PlanContext,
  conv: GroupedConv,
  { weight, filter, gradient, parts, between, into }: GroupedGradients,
): void {
  const { label, geometry, x, y: dy } = conv;
  const { writer, real, batch } = context;
  const params = groupedParams(conv);
  const lines = batch * dy.height;
  const values = geometry.kernel[0] * geometry.kernel[1] * params["groupIn"]! * dy.channels;
  const [columns, rows] = itemGrid(values);
  writer.run({
    label: `${label} filter gradient`,
    kernel: groupedConvFilter(real),
    buffers: [x.slice, dy.slice, gradient],
    params: {
      ...params,
      items: values,
      lines,
      linesPerPart: Math.ceil(lines / parts),
      partStride: weight.floats,
    },
    grid: [columns, rows, parts],
  });
  between();
  const target = into();
  if (!target) return;
  const items = rowsOf(context, x) * x.channels;
  writer.run({
    label: `${label} input gradient`,
    kernel: groupedConvInput(target.add, real),
    buffers: [dy.slice, filter, target.value.slice],
    params: { items, ...params },
    grid: itemGrid(items),
  });
  if (!target.add && x.pitch > x.channels) clearPadding(context, label, target.value);
}
