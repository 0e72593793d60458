import { channelsOf, pixelsOf, type AnyNode } from "../model/node.ts";
import { copyRange, copyToWhole } from "../webgpu/plan/channel-range.ts";
import type { Value } from "../webgpu/plan/plan-context.ts";
import { clearPadding } from "../webgpu/values.ts";
import { defineOperation } from "./operation.ts";
import { word } from "../../core/words/index.ts";

/** The channels of images of one size, or of features, one after the other. */
export interface Concat extends AnyNode {
  readonly op: "concat";
}

/** In the order of the inputs. */
export const concat = defineOperation<Concat>({
  op: "concat",
  inputs: "any",
  shape({ inputs, input, refuse }) {
    if (inputs.some(({ kind }) => kind !== input.kind)) throw refuse(word("inputs-of-two-kinds"));
    const [height, width] = pixelsOf(input);
    if (inputs.some((other) => pixelsOf(other)[0] !== height || pixelsOf(other)[1] !== width))
      throw refuse(word("inputs-differ-in-size"));
    const channels = inputs.reduce((sum, other) => sum + channelsOf(other), 0);
    return input.kind === "image"
      ? { kind: "image", height, width, channels }
      : { kind: "features", features: channels };
  },
  reference: ({ tf, inputs }) => tf.concat([...inputs], -1),
  webgpu: {
    kind: "kernels",
    forward({ context, node, inputs, y }) {
      let padded = false;
      eachPart(inputs, (part, first) => {
        const [from, to] = [
          { value: part, first: 0 },
          { value: y, first },
        ];
        padded = copyRange(context, node.name, part.channels, { from, to, add: false });
      });
      if (!padded && y.pitch > y.channels) clearPadding(context, node.name, y);
    },
    gradient({ context, node, inputs, dy, into }) {
      eachPart(inputs, (_, first, input) => {
        const target = into(input);
        if (target) copyToWhole(context, `${node.name} gradient`, { value: dy, first }, target);
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
