import type { Activation } from "./norm-group.ts";

/** What a convolution does to its sums before it stores them: y = activation(x * w [+ bias] [+ addend]). */
export interface ConvEnding {
  /** One more buffer after the bias, shaped like y. */
  readonly addend: boolean;
  readonly activation: Activation;
}

/** Stores the sums as they are. */
export const plainEnding: ConvEnding = { addend: false, activation: "none" };

/** WGSL expression of the activated `value` of f32 type `type`. */
export const activated = (activation: Activation, value: string, type: string): string =>
  ({
    none: value,
    relu: `max(${value}, ${type}())`,
    silu: `${value} / (1.0 + exp(-${value}))`,
  })[activation];
