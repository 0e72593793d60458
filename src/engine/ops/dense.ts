import type * as tf from "@tensorflow/tfjs-core";
import { sizeOf, type AnyNode } from "../model/node.ts";
import { defineOperation } from "./operation.ts";
import { weightAndBias } from "./weight-and-bias.ts";
import { word } from "../../core/words/index.ts";

/** A linear map of features. */
export interface Dense extends AnyNode {
  readonly op: "dense";
  readonly outFeatures: number;
  readonly bias: boolean;
}

/** On WebGPU a convolution of one tap on an image of one pixel. */
export const dense = defineOperation<Dense>({
  op: "dense",
  shape({ node, input, refuse }) {
    if (input.kind !== "features") throw refuse(word("input-is-image"));
    return { kind: "features", features: node.outFeatures };
  },
  weights: ({ node, input }) =>
    weightAndBias([node.outFeatures, sizeOf(input)], node.bias, sizeOf(input)),
  macs: ({ node, input }) => sizeOf(input) * node.outFeatures,
  reference({ tf, node, x, weight }) {
    const y = tf.matMul(x as tf.Tensor2D, weight("weight") as tf.Tensor2D);
    return node.bias ? tf.add(y, weight("bias")) : y;
  },
  webgpu: { kind: "convolution", geometry: () => oneTap },
});

const oneTap = {
  kernel: [1, 1],
  stride: [1, 1],
  padding: { top: 0, bottom: 0, left: 0, right: 0 },
  dilation: [1, 1],
  groups: 1,
} as const;
