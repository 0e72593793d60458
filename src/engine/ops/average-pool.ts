import type * as tf from "@tensorflow/tfjs-core";
import type { AnyNode, Window } from "../model/node.ts";
import { pool, poolGradient, type PoolKind } from "../webgpu/kernels/pool.ts";
import { runQuads, windowParams } from "../webgpu/values.ts";
import { defineOperation } from "./operation.ts";
import { padded } from "./padding.ts";
import { slide } from "./shapes.ts";
import { word } from "../../core/words/index.ts";

/** Mean of each window. */
export interface AveragePool extends AnyNode, Window {
  readonly op: "average-pool";
  /** Padding counts as zeros, PyTorch's default; else not at all. */
  readonly countPadding: boolean;
}

/** Refuses windows in which nothing would count. */
export const averagePool = defineOperation<AveragePool>({
  op: "average-pool",
  shape(place) {
    const { kernel, padding, countPadding } = place.node;
    const tallest = Math.max(padding.top, padding.bottom);
    const widest = Math.max(padding.left, padding.right);
    if (!countPadding && (tallest >= kernel[0] || widest >= kernel[1]))
      throw place.refuse(word("window-in-padding"));
    return slide(place);
  },
  reference({ tf, node, image }) {
    const averages = (x: tf.Tensor4D): tf.Tensor4D =>
      tf.avgPool(padded(tf, x, node.padding), [...node.kernel], [...node.stride], "valid");
    if (node.countPadding) return averages(image);
    const [, height, width] = image.shape;
    return tf.div(averages(image), averages(tf.ones([1, height, width, 1])));
  },
  webgpu: {
    kind: "kernels",
    forward({ context, node, x, y }) {
      const params = { c4: y.pitch / 4, ...windowParams(node, x, y) };
      const kernel = pool(kindOf(node), context.real);
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
          kernel: poolGradient(kindOf(node), add, context.real),
          buffers: [dy, dx],
          params: { c4: dy.pitch / 4, ...windowParams(node, x, dy) },
          over: dx,
        },
      );
    },
  },
});

const kindOf = ({ countPadding }: AveragePool): PoolKind =>
  countPadding ? "average" : "inside-average";
