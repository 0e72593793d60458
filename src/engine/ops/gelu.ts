import type { AnyNode } from "../model/node.ts";
import { geluActivation } from "../webgpu/kernels/gelu.ts";
import { defineOperation } from "./operation.ts";

/** x · Φ(x), Φ being the normal distribution's, exactly: PyTorch's default, not the approximation with tanh. */
export interface Gelu extends AnyNode {
  readonly op: "gelu";
}

/** With the error function, not the approximation by tanh. */
export const gelu = defineOperation<Gelu>({
  op: "gelu",
  shape: ({ input }) => input,
  reference: ({ tf, x }) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
  webgpu: { kind: "activation", activation: geluActivation },
});
