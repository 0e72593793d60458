import { noActivation, type Activation } from "./norm-group.ts";

/** What a convolution does to its sums before it stores them: y = activation(x * w [+ bias] [+ addend]). */
export interface ConvEnding {
  /** One more buffer after the bias, shaped like y. */
  readonly addend: boolean;
  readonly activation: Activation;
}

/** Stores the sums as they are. */
export const plainEnding: ConvEnding = { addend: false, activation: noActivation };

/** WGSL expression of the activated `value` of f32 type `type`. */
export function activated({ name, expression }: Activation, value: string, type: string): string {
  if (!expression) throw new Error(`the activation ${name} cannot be done on the way`);
  return expression(value, type);
}
