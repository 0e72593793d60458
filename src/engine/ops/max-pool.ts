import type { AnyNode, Window } from "../model/node.ts";
import { pool, poolGradient } from "../webgpu/kernels/pool.ts";
import { runQuads, windowParams } from "../webgpu/values.ts";
import { defineOperation } from "./operation.ts";
import { explicit } from "./padding.ts";
import { slide } from "./shapes.ts";

/** Largest value of each window; padding never is. The gradient goes to the first of equals. */
export interface MaxPool extends AnyNode, Window {
  readonly op: "max-pool";
}

/** Padding never wins. */
export const maxPool = defineOperation<MaxPool>({
  op: "max-pool",
  shape: (place) => slide(place),
  reference: ({ tf, node, image }) =>
    tf.maxPool(image, [...node.kernel], [...node.stride], explicit(node.padding)),
  webgpu: {
    kind: "kernels",
    forward({ context, node, x, y }) {
      const params = { c4: y.pitch / 4, ...windowParams(node, x, y) };
      const kernel = pool("max", context.real);
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
          kernel: poolGradient("max", add, context.real),
          buffers: [dy, x, dx],
          params: { c4: dy.pitch / 4, ...windowParams(node, x, dy) },
          over: dx,
        },
      );
    },
  },
});
