import * as tf from "@tensorflow/tfjs-core";

/** What a training-mode batch norm saw; kept, the caller disposes. */
export interface BatchStatistics {
  readonly mean: tf.Tensor1D;
  /** Biased. */
  readonly variance: tf.Tensor1D;
  /** Values per channel. */
  readonly count: number;
}

/** Batch norm with the statistics of the batch, [B, H, W, C]. The gradient is written out, because differentiating through
 *  the moments costs some thirty full-size operations per layer.
 *  @param observe gets the statistics for the running averages */
export function batchNormTraining(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  eps: number,
  observe: (statistics: BatchStatistics) => void,
): tf.Tensor4D {
  const channels = x.shape[3];
  const count = x.size / channels;
  const operation = tf.customGrad((...args) => {
    const [input, scale, shift] = args as unknown as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
    const save = args[3] as unknown as tf.GradSaveFunc;
    const rows = tf.reshape(input, [count, channels]);
    const mean = tf.mean(rows, 0) as tf.Tensor1D;
    const centred = tf.sub(rows, mean);
    const variance = tf.mean(tf.square(centred), 0) as tf.Tensor1D;
    const inverse = tf.rsqrt(tf.add(variance, eps));
    const normalised = tf.mul(centred, inverse);
    observe({ mean: tf.keep(mean), variance: tf.keep(variance), count });
    save([normalised, inverse, scale]);
    const value = tf.reshape(tf.add(tf.mul(normalised, scale), shift), input.shape);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [xHat, invStd, g] = saved as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];
      const dRows = tf.reshape(dy, [count, channels]);
      const dBeta = tf.sum(dRows, 0);
      const dGamma = tf.sum(tf.mul(dRows, xHat), 0);
      const shared = tf.add(tf.div(dBeta, count), tf.mul(xHat, tf.div(dGamma, count)));
      const dx = tf.mul(tf.sub(dRows, shared), tf.mul(invStd, g));
      return [tf.reshape(dx, x.shape), dGamma, dBeta];
    };
    return { value, gradFunc };
  });
  return operation(x, gamma, beta) as tf.Tensor4D;
}

/** Batch norm with running statistics, [B, H, W, C]. */
export function batchNormEvaluation(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  eps: number,
): tf.Tensor4D {
  return tf.batchNorm(x, mean, variance, beta, gamma, eps);
}
