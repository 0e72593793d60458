import type * as tf from "@tensorflow/tfjs-core";
import type { Padding } from "../model/node.ts";

/** Padding as TensorFlow.js takes it with a convolution, NHWC. */
export type Explicit = Extract<Parameters<typeof tf.conv2d>[3], readonly unknown[]>;

/** The same padding for TensorFlow.js, which wants a word for none. */
export function explicit({ top, bottom, left, right }: Padding): Explicit | "valid" {
  if (top + bottom + left + right === 0) return "valid";
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

/** Images with zeros around them. */
export function padded(library: typeof tf, x: tf.Tensor4D, padding: Padding): tf.Tensor4D {
  const sides = explicit(padding);
  return sides === "valid" ? x : library.pad(x, sides);
}
