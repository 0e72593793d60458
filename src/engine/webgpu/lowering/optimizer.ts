import { convVariant } from "../conv/conv-calls.ts";
import { itemGrid } from "../kernel.ts";
import { adaptScale, checkGradients } from "../kernels/loss-scale.ts";
import {
  blockFloats,
  optimizerParams,
  optimizerUpdate,
  updateItems,
} from "../kernels/optimizer.ts";
import { shapeOf, type PlanContext } from "../plan/plan-context.ts";
import type { PlacedTensor } from "../plan/placed-tensor.ts";
import { wholeOf, type Region, type Slice } from "../program.ts";
import { convShapeOf, geometryOf, isSparse } from "./geometry.ts";
import { groupedParts } from "./grouped-conv.ts";

/** Memory for the gradients of all parameters. A filter's gradient has several parts, one after the other, that the optimizer
 *  adds up. */
export class GradientStore {
  readonly #parts = new Map<PlacedTensor, number>();
  readonly #offsets = new Map<PlacedTensor, number>();
  readonly #regions: readonly Region[];

  constructor(readonly context: PlanContext) {
    const { layout, writer, maxBindingBytes } = context;
    this.#regions = layout.segments.map((_, segment) => {
      const tensors = layout.trainable.filter((tensor) => tensor.segment === segment);
      const parts = tensors.map((tensor) => wantedParts(context, tensor));
      const size = (): number =>
        tensors.reduce((sum, { floats }, i) => sum + floats * parts[i]!, 0);
      // Fewer parts are slower, never wrong.
      while (size() * 4 > maxBindingBytes && Math.max(...parts) > 1)
        parts[parts.indexOf(Math.max(...parts))]! >>= 1;
      let offset = 0;
      tensors.forEach((tensor, i) => {
        this.#parts.set(tensor, parts[i]!);
        this.#offsets.set(tensor, offset);
        offset += tensor.floats * parts[i]!;
      });
      return writer.region(`gradients ${segment}`, offset * 4, true);
    });
  }

  parts(tensor: PlacedTensor): number {
    return this.#parts.get(tensor)!;
  }

  /** All parts of a tensor's gradient; with `following` those of the tensor after it too. */
  slice(tensor: PlacedTensor, following = false): Slice {
    const bytes = tensor.floats * this.parts(tensor) * 4 * (following ? 2 : 1);
    return {
      region: this.#regions[tensor.segment]!,
      offset: this.#offsets.get(tensor)! * 4,
      bytes,
    };
  }

  segment(index: number): Slice {
    return wholeOf(this.#regions[index]!);
  }

  /** The table of a segment: per block of parameters where its gradient starts, the distance between parts and their number. */
  table(segment: number): Uint32Array {
    const tensors = this.context.layout.trainable.filter((tensor) => tensor.segment === segment);
    const entries: number[] = [];
    for (const tensor of tensors)
      for (let block = 0; block < tensor.floats / blockFloats; block++)
        entries.push(
          (this.#offsets.get(tensor)! + block * blockFloats) / 4,
          tensor.floats / 4,
          this.parts(tensor),
          0,
        );
    return Uint32Array.from(entries);
  }
}

function wantedParts(context: PlanContext, { spec }: PlacedTensor): number {
  const node = context.fused.nodes[spec.node]!;
  const geometry = geometryOf(node);
  if (spec.role !== "weight" || !geometry) return 1;
  if (isSparse(geometry)) {
    const [x, y] = [shapeOf(context, node.inputs[0]!), shapeOf(context, node.id)];
    return groupedParts(context, { geometry, x, y });
  }
  const shape = convShapeOf(context, node, geometry);
  return convVariant("filter-gradient", shape, context).parts;
}

/** Writes the update of all parameters, one dispatch per segment.
 *  @returns the tables to upload */
export function lowerOptimizer(
  context: PlanContext,
  gradients: GradientStore,
  slots: readonly (readonly Slice[])[],
): readonly { readonly slice: Slice; readonly data: Uint32Array }[] {
  const { lossScale, writer } = context;
  if (lossScale)
    context.layout.segments.forEach((_, segment) => {
      const slice = gradients.segment(segment);
      const items = slice.bytes / 16;
      writer.run({
        label: "check gradients",
        kernel: checkGradients(),
        buffers: [slice, lossScale],
        params: { items },
        grid: itemGrid(items),
      });
    });
  const tables = context.layout.segments.map((floats, segment) => {
    const data = gradients.table(segment);
    const slice = context.writer.whole(`gradient table ${segment}`, data.byteLength, true);
    const items = updateItems(floats);
    context.writer.run({
      label: `update ${context.optimizer.name}`,
      kernel: optimizerUpdate(context.optimizer, context.halves !== null),
      buffers: [
        context.parameters[segment]!,
        gradients.segment(segment),
        slice,
        ...slots.map((slot) => slot[segment]!),
        ...(context.halves ? [context.halves[segment]!, context.lossScale!] : []),
        "step",
      ],
      params: { items, ...optimizerParams(context.optimizer) },
      grid: itemGrid(items),
    });
    return { slice, data };
  });
  if (lossScale)
    writer.run({
      label: "adapt loss scale",
      kernel: adaptScale(),
      buffers: [lossScale],
      params: {},
      grid: [1, 1, 1],
    });
  return tables;
}
