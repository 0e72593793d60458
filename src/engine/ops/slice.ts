import { channelsOf, type AnyNode } from "../model/node.ts";
import { copyRange, copyToWhole } from "../webgpu/plan/channel-range.ts";
import { rangeGradient } from "../webgpu/kernels/channel-copy.ts";
import { runQuads } from "../webgpu/values.ts";
import { defineOperation } from "./operation.ts";
import { word } from "../../core/words/index.ts";

/** Some channels of an image, or some features: `from` up to, but not including, `to`. */
export interface Slice extends AnyNode {
  readonly op: "slice";
  readonly from: number;
  readonly to: number;
}

/** Channels or features from `from` to before `to`. */
export const slice = defineOperation<Slice>({
  op: "slice",
  shape({ node, input, refuse }) {
    const { from, to } = node;
    const channels = channelsOf(input);
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to <= from || to > channels)
      throw refuse(word("channel-slice", { from, to, channels }));
    return input.kind === "image"
      ? { ...input, channels: to - from }
      : { kind: "features", features: to - from };
  },
  reference({ tf, node, x }) {
    const before = x.shape.slice(0, -1);
    const begin = [...before.map(() => 0), node.from];
    return tf.slice(x, begin, [...before, node.to - node.from]);
  },
  webgpu: {
    kind: "kernels",
    forward({ context, node, x, y }) {
      copyToWhole(context, node.name, { value: x, first: node.from }, { value: y, add: false });
    },
    gradient({ context, node, dy, into }) {
      const target = into(0);
      if (!target) return;
      const label = `${node.name} gradient`;
      const { value: dx, add } = target;
      if (add) {
        const [from, to] = [
          { value: dy, first: 0 },
          { value: dx, first: node.from },
        ];
        copyRange(context, label, dy.channels, { from, to, add });
        return;
      }
      runQuads(
        { context, node },
        {
          label,
          kernel: rangeGradient(context.real),
          buffers: [dy, dx],
          params: {
            c4: dx.pitch / 4,
            first: node.from,
            channels: dy.channels,
            dyPitch: dy.pitch,
          },
          over: dx,
        },
      );
    },
  },
});
