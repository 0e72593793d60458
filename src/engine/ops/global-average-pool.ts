import type { AnyNode } from "../model/node.ts";
import { globalPool, globalPoolGradient } from "../webgpu/kernels/pool.ts";
import { runQuads } from "../webgpu/values.ts";
import { defineOperation } from "./operation.ts";
import { imageOf } from "./shapes.ts";

/** Mean over all pixels: an image becomes features, or an image of one pixel. */
export interface GlobalAveragePool extends AnyNode {
  readonly op: "global-average-pool";
  /** The result is an image [1, 1, channels], for convolutions behind it; absent = features. */
  readonly keepsSides?: boolean;
}

/** Features, or an image of one pixel with `keepsSides`. */
export const globalAveragePool = defineOperation<GlobalAveragePool>({
  op: "global-average-pool",
  shape(place) {
    const { channels } = imageOf(place, place.input);
    return place.node.keepsSides
      ? { kind: "image", height: 1, width: 1, channels }
      : { kind: "features", features: channels };
  },
  reference: ({ tf, node, image }) => tf.mean(image, [1, 2], node.keepsSides === true),
  webgpu: {
    kind: "kernels",
    forward({ context, node, x, y }) {
      const params = { c4: y.pitch / 4, pixels: x.height * x.width };
      const kernel = globalPool(context.real);
      runQuads({ context, node }, { kernel, buffers: [x, y], params, over: y });
    },
    gradient({ context, node, dy, into }) {
      const target = into(0);
      if (!target) return;
      const { value: dx, add } = target;
      runQuads(
        { context, node },
        {
          label: `${node.name} gradient`,
          kernel: globalPoolGradient(add, context.real),
          buffers: [dy, dx],
          params: { c4: dx.pitch / 4, pixels: dx.height * dx.width },
          over: dx,
        },
      );
    },
  },
});
