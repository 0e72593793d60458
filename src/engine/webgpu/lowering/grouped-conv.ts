import type { Pair } from "../../model/node.ts";
import type { KernelFamily } from "../conv/conv-shape.ts";
import { itemGrid } from "../kernel.ts";
import {
  depthwiseConv,
  depthwiseFilter,
  depthwiseInput,
  openLines,
} from "../kernels/depthwise-conv.ts";
import {
  filterInputs,
  groupedConv,
  groupedConvFilter,
  groupedConvInput,
  groupedPixels,
  type GroupedLayout,
} from "../kernels/grouped-conv.ts";
import type { ConvGeometry, GradientTarget } from "../operation.ts";
import type { PlacedTensor } from "../plan/placed-tensor.ts";
import type { PlanContext, Value, ValueShape } from "../plan/plan-context.ts";
import type { Slice } from "../program.ts";
import { quads, windowParams } from "../values.ts";

/** A grouped, depthwise or dilated convolution from x to y. */
export interface GroupedShape {
  readonly geometry: ConvGeometry;
  readonly x: ValueShape;
  readonly y: ValueShape;
}

/** The same with x and y, or y's gradient, in memory. */
export interface GroupedConv extends GroupedShape {
  readonly label: string;
  readonly x: Value;
  readonly y: Value;
}

/** Where dispatches are written. */
type Context = Pick<PlanContext, "batch" | "family" | "real" | "writer">;
type Params = Readonly<Record<string, number>>;

/** Filters of more taps are not unrolled: they would compile for long. */
const mostTaps = 49;
/** Values of four channels that a thread keeps at a time, for which there are registers. */
const mostOpen = 16;
/** Threads that keep a GPU busy; what there is more of goes into longer strips. */
const busyThreads = 16384;

/** One filter per channel, in kernels of its own. */
const isDepthwise = ({ geometry, x, y }: GroupedShape): boolean =>
  geometry.groups === x.channels &&
  y.channels === x.channels &&
  geometry.groups > 1 &&
  geometry.kernel[0] * geometry.kernel[1] <= mostTaps &&
  openLines(geometry.kernel, geometry.stride, geometry.dilation) <= mostOpen;

const groupSizes = ({ geometry, x, y }: GroupedShape): Pair => [
  x.channels / geometry.groups,
  y.channels / geometry.groups,
];

/** @param side the size of the groups whose channels a thread has four of */
function layoutOf(conv: GroupedShape, side: number): GroupedLayout {
  const [groupIn, groupOut] = groupSizes(conv);
  if (groupIn % 4 === 0 && groupOut % 4 === 0) return "fours";
  return conv.geometry.groups === 1 || side % 4 === 0 ? "shared" : "mixed";
}

/** Parameters of grouped convolution kernels without `items`. */
function groupedParams(conv: GroupedShape): Params {
  const { geometry, x, y } = conv;
  const [groupIn, groupOut] = groupSizes(conv);
  return {
    ...windowParams(geometry, x, y),
    ...{ dh: geometry.dilation[0], dw: geometry.dilation[1], groupIn, groupOut },
    ...{ inPitch: x.pitch, inputs: x.channels, outPitch: y.pitch, outputs: y.channels },
  };
}

/** Writes the forward pass. */
export function groupedForward(
  context: Context,
  conv: GroupedConv,
  operands: {
    readonly first: Slice;
    readonly second: Slice;
    readonly bias: Slice | undefined;
    readonly result: Slice;
  },
): void {
  const { label, geometry, x, y } = conv;
  const { first, second, bias, result } = operands;
  const { real, writer } = context;
  const buffers = [first, second, ...(bias ? [bias] : []), result];
  if (isDepthwise(conv)) {
    const { kernel, stride, dilation, padding } = geometry;
    const { columns, call } = stripCall(context, geometry, [x, y], [padding.top, padding.left]);
    const options = { real, kernel, stride, dilation, columns, bias: bias !== undefined };
    writer.run({
      label,
      kernel: depthwiseConv({ ...options, turned: false, add: false }),
      buffers,
      ...call,
    });
    return;
  }
  const [, groupOut] = groupSizes(conv);
  const items = (context.batch * y.height * Math.ceil(y.width / groupedPixels) * y.pitch) / 4;
  writer.run({
    label,
    kernel: groupedConv(layoutOf(conv, groupOut), bias !== undefined, real),
    buffers,
    params: { items, ...groupedParams(conv) },
    grid: itemGrid(items),
  });
}

/** A depthwise convolution between two values: columns of one thread, and the call's parameters. */
function stripCall(
  { batch, family }: Context,
  { kernel, stride, dilation }: Pick<ConvGeometry, "kernel" | "stride" | "dilation">,
  [from, to]: readonly [ValueShape, ValueShape],
  [pt, pl]: Pair,
): {
  readonly columns: number;
  readonly call: { readonly params: Params; readonly grid: readonly [number, number, number] };
} {
  const open = openLines(kernel, stride, dilation);
  const columns = Math.max(1, Math.min(4, to.width, Math.floor(mostOpen / open)));
  const c4 = to.pitch / 4;
  const across = batch * Math.ceil(to.width / columns) * c4;
  // A strip reads the filter, and lines that its neighbours read too.
  const wanted = family.kind === "workgroup" ? Math.ceil(busyThreads / across) : 1;
  const rows = Math.min(to.height, Math.max(4, Math.ceil(to.height / wanted)));
  const strips = Math.ceil(to.height / rows);
  const items = across * strips;
  const params = {
    ...{ items, c4, strips, rows, pt, pl },
    ...{ height: from.height, width: from.width, outHeight: to.height, outWidth: to.width },
  };
  return { columns, call: { params, grid: itemGrid(items) } };
}

/** What a grouped convolution's backward pass reads, and where it writes. */
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

/** Writes the gradients of the filter and of the input. */
export function groupedGradient(
  context: Context,
  conv: GroupedConv,
  gradients: GroupedGradients,
): void {
  filterGradient(context, conv, gradients);
  gradients.between();
  const target = gradients.into();
  if (target) inputGradient(context, conv, gradients.filter, target);
}

/** Items of a filter gradient's kernel, without the parts. */
function filterItems(conv: GroupedShape): number {
  const { geometry, y } = conv;
  const [kh, kw] = geometry.kernel;
  const [groupIn, groupOut] = groupSizes(conv);
  if (isDepthwise(conv)) return (kh * y.pitch) / 4;
  return ((kh * kw * groupIn) / filterInputs(layoutOf(conv, groupOut))) * (y.pitch / 4);
}

/** Copies of the filter's gradient: filters are few, GPUs want many threads, software adapters some. */
export function groupedParts(
  { batch, family }: { readonly batch: number; readonly family: KernelFamily },
  conv: GroupedShape,
): number {
  const wanted = family.kind === "workgroup" ? 8192 : 256;
  const lines = batch * conv.y.height;
  return Math.max(1, Math.min(64, lines, Math.ceil(wanted / filterItems(conv))));
}

function filterGradient(
  { batch, real, writer }: Context,
  conv: GroupedConv,
  { weight, gradient, parts }: GroupedGradients,
): void {
  const { geometry, x, y: dy } = conv;
  const { kernel, stride, dilation } = geometry;
  const lines = batch * dy.height;
  const items = filterItems(conv);
  const [columns, rows] = itemGrid(items);
  const [, groupOut] = groupSizes(conv);
  const isDense = stride[1] === 1 && dilation[1] === 1;
  writer.run({
    label: `${conv.label} filter gradient`,
    kernel: isDepthwise(conv)
      ? depthwiseFilter(kernel[1], isDense, real)
      : groupedConvFilter(layoutOf(conv, groupOut), real),
    buffers: [x.slice, dy.slice, gradient],
    params: {
      ...groupedParams(conv),
      ...{ items, lines, linesPerPart: Math.ceil(lines / parts) },
      ...{ partStride: weight.floats / 4, c4: dy.pitch / 4 },
    },
    grid: [columns, rows, parts],
  });
}

function inputGradient(
  context: Context,
  conv: GroupedConv,
  filter: Slice,
  { value: dx, add }: GradientTarget,
): void {
  const { geometry, x, y: dy } = conv;
  const { real, writer } = context;
  const label = `${conv.label} input gradient`;
  const buffers = [dy.slice, filter, dx.slice];
  if (!isDepthwise(conv)) {
    const [groupIn] = groupSizes(conv);
    const items = (context.batch * x.height * Math.ceil(x.width / groupedPixels) * x.pitch) / 4;
    writer.run({
      label,
      kernel: groupedConvInput(layoutOf(conv, groupIn), add, real),
      buffers,
      params: { items, ...groupedParams(conv) },
      grid: itemGrid(items),
    });
    return;
  }
  const { kernel, stride, dilation, padding } = geometry;
  if (stride[0] > 1 || stride[1] > 1) {
    const items = quads(context, x);
    writer.run({
      label,
      kernel: depthwiseInput(add, real),
      buffers,
      params: { ...groupedParams(conv), items, c4: x.pitch / 4 },
      grid: itemGrid(items),
    });
    return;
  }
  // Without strides it is a convolution of dy with the filter turned.
  const outside = [
    (kernel[0] - 1) * dilation[0] - padding.top,
    (kernel[1] - 1) * dilation[1] - padding.left,
  ] as const;
  const { columns, call } = stripCall(context, geometry, [dy, x], outside);
  const options = { real, kernel, stride, dilation, columns, add };
  writer.run({
    label,
    kernel: depthwiseConv({ ...options, bias: false, turned: true }),
    buffers,
    ...call,
  });
}
