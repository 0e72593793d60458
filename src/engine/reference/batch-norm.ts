import type * as tf from "@tensorflow/tfjs-core";
import type * as differentiable from "./library.ts";

/** What it calculates with. */
type Library = typeof differentiable;

/** What a training-mode batch norm saw; kept, the caller disposes. */
export interface BatchStatistics {
  readonly mean: tf.Tensor1D;
  /** Biased. */
  readonly variance: tf.Tensor1D;
  /** Values per channel. */
  readonly count: number;
  /** How far the running statistics move towards these. */
  readonly momentum: number;
}

/** Scale and shift, [C], and PyTorch's constants. */
export interface BatchNormOptions {
  readonly gamma: tf.Tensor1D;
  readonly beta: tf.Tensor1D;
  readonly eps: number;
  readonly momentum: number;
  /** Gets the statistics for the running averages. */
  readonly observe: (statistics: BatchStatistics) => void;
}

/** Batch norm with the statistics of the batch, [B, H, W, C]. The gradient is written out, because differentiating through
 *  the moments costs some thirty full-size operations per layer.
 *  @param library TensorFlow.js */
export function batchNormTraining(
  library: Library,
  x: tf.Tensor4D,
  { gamma, beta, eps, momentum, observe }: BatchNormOptions,
): tf.Tensor4D {
  const channels = x.shape[3];
  const count = x.size / channels;
  const operation = library.customGrad((...args) => {
    const [input, scale, shift] = args as unknown as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
    const save = args[3] as unknown as tf.GradSaveFunc;
    const rows = library.reshape(input, [count, channels]);
    const mean = library.mean(rows, 0) as tf.Tensor1D;
    const centred = library.sub(rows, mean);
    const variance = library.mean(library.square(centred), 0) as tf.Tensor1D;
    const inverse = library.rsqrt(library.add(variance, eps));
    const normalised = library.mul(centred, inverse);
    observe({ mean: library.keep(mean), variance: library.keep(variance), count, momentum });
    save([normalised, inverse, scale]);
    const value = library.reshape(library.add(library.mul(normalised, scale), shift), input.shape);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [xHat, invStd, g] = saved as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];
      const dRows = library.reshape(dy, [count, channels]);
      const dBeta = library.sum(dRows, 0);
      const dGamma = library.sum(library.mul(dRows, xHat), 0);
      const shared = library.add(
        library.div(dBeta, count),
        library.mul(xHat, library.div(dGamma, count)),
      );
      const dx = library.mul(library.sub(dRows, shared), library.mul(invStd, g));
      return [library.reshape(dx, x.shape), dGamma, dBeta];
    };
    return { value, gradFunc };
  });
  return operation(x, gamma, beta) as tf.Tensor4D;
}
