import type { AnyNode, Window } from "../model/node.ts";
import { pool, poolGradient } from "../webgpu/kernels/pool.ts";
import { runQuads, windowParams } from "../webgpu/values.ts";
import { defineOperation } from "./operation.ts";
import { padded } from "./padding.ts";
import { slide } from "./shapes.ts";

/** Mean of each window; padding counts as zeros. */
export interface AveragePool extends AnyNode, Window {
  readonly op: "average-pool";
}

export const averagePool = defineOperation<AveragePool>({
  op: "average-pool",
  shape: (place) => slide(place),
  reference: ({ tf, node, image }) =>
    tf.avgPool(padded(tf, image, node.padding), [...node.kernel], [...node.stride], "valid"),
  webgpu: {
    kind: "kernels",
    forward({ context, node, x, y }) {
      const params = { c4: y.pitch / 4, ...windowParams(node, x, y) };
      const kernel = pool("average", context.real);
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
          kernel: poolGradient("average", add, context.real),
          buffers: [dy, dx],
          params: { c4: dy.pitch / 4, ...windowParams(node, x, dy) },
          over: dx,
        },
      );
    },
  },
});
