import { sizeOf, type AnyNode } from "../model/node.ts";
import { flatten as flattenKernel, flattenGradient } from "../webgpu/kernels/flatten.ts";
import { runQuads } from "../webgpu/values.ts";
import { defineOperation } from "./operation.ts";
import { imageOf } from "./shapes.ts";

/** All values of an image as features, in PyTorch's order: channel by channel, each line by line. */
export interface Flatten extends AnyNode {
  readonly op: "flatten";
}

/** Features lie by channel, row and column, as PyTorch's do. */
export const flatten = defineOperation<Flatten>({
  op: "flatten",
  shape: (place) => ({ kind: "features", features: sizeOf(imageOf(place, place.input)) }),
  reference: ({ tf, image }) => tf.reshape(tf.transpose(image, [0, 3, 1, 2]), [image.shape[0], -1]),
  webgpu: {
    kind: "kernels",
    forward({ context, node, x, y }) {
      const params = {
        ...{ c4: y.pitch / 4, channels: x.channels, pixels: x.height * x.width },
        pitch: x.pitch,
      };
      const kernel = flattenKernel(context.real);
      runQuads({ context, node }, { kernel, buffers: [x, y], params, over: y });
    },
    gradient({ context, node, x, dy, into }) {
      const target = into(0);
      if (!target) return;
      const { value: dx, add } = target;
      runQuads(
        { context, node },
        {
          label: `${node.name} gradient`,
          kernel: flattenGradient(add, context.real),
          buffers: [dy, dx],
          params: {
            ...{ c4: dx.pitch / 4, channels: x.channels, pixels: x.height * x.width },
            pitch: dy.pitch,
          },
          over: dx,
        },
      );
    },
  },
});
