import type { AnyNode, Window } from "../model/node.ts";
import { itemGrid, type Kernel } from "./kernel.ts";
import { clearChannels } from "./kernels/elementwise.ts";
import type { PlanContext, Value, ValueShape } from "./plan/plan-context.ts";
import type { Slice } from "./program.ts";

/** Pixels of a whole batch. */
export const rowsOf = (context: Pick<PlanContext, "batch">, value: Value): number =>
  context.batch * value.height * value.width;

/** Groups of four channels of a whole batch. */
export const quads = (context: Pick<PlanContext, "batch">, value: Value): number =>
  (rowsOf(context, value) * value.pitch) / 4;

/** A dispatch whose threads each do four neighbouring channels of a value. */
export interface QuadCall {
  readonly kernel: Kernel;
  readonly buffers: readonly (Value | Slice | "step")[];
  /** Besides `items`. */
  readonly params?: Readonly<Record<string, number>>;
  /** The kernel has a thread for each four channels of this. */
  readonly over: Value;
  /** Default: the node's name. */
  readonly label?: string;
}

/** Writes a call of a kernel that has a thread for each four channels of a value. */
export function runQuads(
  { context, node }: { readonly context: PlanContext; readonly node: AnyNode },
  { kernel, buffers, params, over, label = node.name }: QuadCall,
): void {
  const items = quads(context, over);
  context.writer.run({
    label,
    kernel,
    buffers: buffers.map((buffer) =>
      typeof buffer !== "string" && "slice" in buffer ? buffer.slice : buffer,
    ),
    params: { items, ...params },
    grid: itemGrid(items),
  });
}

/** Kernels that write channel by channel leave the padding as the memory was. */
export function clearPadding(context: PlanContext, label: string, y: Value): void {
  const rows = rowsOf(context, y);
  context.writer.run({
    label: `${label} padding`,
    kernel: clearChannels(context.real),
    buffers: [y.slice],
    params: { items: rows, channels: y.channels, pitch: y.pitch },
    grid: itemGrid(rows),
  });
}

/** A sliding kernel's parameters. */
export const windowParams = (
  { kernel, stride, padding }: Window,
  x: ValueShape,
  y: ValueShape,
): Readonly<Record<string, number>> => ({
  height: x.height,
  width: x.width,
  outHeight: y.height,
  outWidth: y.width,
  kh: kernel[0],
  kw: kernel[1],
  sh: stride[0],
  sw: stride[1],
  pt: padding.top,
  pl: padding.left,
});
