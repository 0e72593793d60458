import type * as tf from "@tensorflow/tfjs-core";
import { channelsOf, type AnyNode } from "../model/node.ts";
import type { OwnWeight } from "../model/weight-spec.ts";
import { batchNormTraining } from "../reference/batch-norm.ts";
import { defineOperation } from "./operation.ts";
import { imageOf } from "./shapes.ts";

/** Normalises every channel by batch statistics in training, by running ones in evaluation; momentum as in PyTorch (0.1), unbiased
 *  running variance. */
export interface BatchNorm extends AnyNode {
  readonly op: "batch-norm";
  readonly eps: number;
  readonly momentum: number;
  /** Whether a scale and a shift follow. */
  readonly affine: boolean;
}

/** On WebGPU it is written together with what follows it. */
export const batchNorm = defineOperation<BatchNorm>({
  op: "batch-norm",
  shape: (place) => imageOf(place, place.input),
  weights({ node, output }) {
    const base = { shape: [channelsOf(output)], fanIn: 1, trainable: true };
    const statistic = { ...base, trainable: false };
    const scale: readonly OwnWeight[] = [
      { ...base, suffix: "weight", role: "gamma" },
      { ...base, suffix: "bias", role: "beta" },
    ];
    return [
      ...(node.affine ? scale : []),
      { ...statistic, suffix: "running_mean", role: "running-mean" },
      { ...statistic, suffix: "running_var", role: "running-var" },
    ];
  },
  recomputed: true,
  reference({ tf, node, image, weight, training }) {
    const { id, eps, momentum } = node;
    const vector = (suffix: string): tf.Tensor1D => weight(suffix) as tf.Tensor1D;
    const channels = image.shape[3];
    const [gamma, beta] = node.affine
      ? [vector("weight"), vector("bias")]
      : [tf.ones<tf.Rank.R1>([channels]), tf.zeros<tf.Rank.R1>([channels])];
    if (!training) {
      const [mean, variance] = [vector("running_mean"), vector("running_var")];
      return tf.batchNorm(image, mean, variance, beta, gamma, eps);
    }
    const observe = (statistics: Parameters<typeof training.observe>[1]): void =>
      training.observe(id, statistics);
    return batchNormTraining(tf, image, { gamma, beta, eps, momentum, observe });
  },
  webgpu: {
    kind: "batch-norm",
    constants: ({ eps, momentum, affine }) => ({ eps, momentum, affine }),
  },
});
