import type { AnyNode } from "../model/node.ts";
import { itemGrid } from "../webgpu/kernel.ts";
import { copyChannels } from "../webgpu/kernels/elementwise.ts";
import type { Value } from "../webgpu/plan-context.ts";
import { clearPadding, rowsOf } from "../webgpu/values.ts";
import { defineOperation } from "./operation.ts";
import { imageOf } from "./shapes.ts";

/** The channels of images of one size, one after the other. */
export interface Concat extends AnyNode {
  readonly op: "concat";
}

export const concat = defineOperation<Concat>({
  op: "concat",
  inputs: "any",
  shape(place) {
    const images = place.inputs.map((input) => imageOf(place, input));
    const first = images[0]!;
    if (images.some((image) => image.height !== first.height || image.width !== first.width))
      throw place.refuse("its inputs differ in height or width");
    const channels = images.reduce((sum, image) => sum + image.channels, 0);
    return { kind: "image", height: first.height, width: first.width, channels };
  },
  reference: ({ tf, inputs }) => tf.concat([...inputs], -1),
  webgpu: {
    kind: "kernels",
    forward({ context, node, inputs, y }) {
      eachPart(inputs, (part, at) => {
        const items = rowsOf(context, part) * part.channels;
        context.writer.run({
          label: node.name,
          kernel: copyChannels(false, context.real),
          buffers: [part.slice, y.slice],
          params: {
            items,
            channels: part.channels,
            fromPitch: part.pitch,
            fromChannel: 0,
            toPitch: y.pitch,
            toChannel: at,
          },
          grid: itemGrid(items),
        });
      });
      if (y.pitch > y.channels) clearPadding(context, node.name, y);
    },
    gradient({ context, node, inputs, dy, into }) {
      const label = `${node.name} gradient`;
      eachPart(inputs, (part, at, input) => {
        const target = into(input);
        if (!target) return;
        const items = rowsOf(context, part) * part.channels;
        context.writer.run({
          label,
          kernel: copyChannels(target.add, context.real),
          buffers: [dy.slice, target.value.slice],
          params: {
            items,
            channels: part.channels,
            fromPitch: dy.pitch,
            fromChannel: at,
            toPitch: part.pitch,
            toChannel: 0,
          },
          grid: itemGrid(items),
        });
        if (!target.add && part.pitch > part.channels) clearPadding(context, label, target.value);
      });
    },
  },
});

function eachPart(
  inputs: readonly Value[],
  visit: (part: Value, firstChannel: number, input: number) => void,
): void {
  let channel = 0;
  inputs.forEach((part, input) => {
    visit(part, channel, input);
    channel += part.channels;
  });
}
