import type { AnyNode } from "../model/node.ts";
import type { Activation } from "../webgpu/kernels/norm-group.ts";
import { defineOperation } from "./operation.ts";

/** x · sigmoid(x). */
export interface Silu extends AnyNode {
  readonly op: "silu";
}

/** For kernels that do it on the way. */
export const siluActivation: Activation = {
  name: "silu",
  functions: `fn activate(u: vec4f) -> vec4f { return u / (1.0 + exp(-u)); }
fn slope(u: vec4f) -> vec4f { let s = 1.0 / (1.0 + exp(-u)); return s * (1.0 + u * (1.0 - s)); }`,
  expression: (value) => `${value} / (1.0 + exp(-${value}))`,
};

/** x · sigmoid(x). */
export const silu = defineOperation<Silu>({
  op: "silu",
  shape: ({ input }) => input,
  reference: ({ tf, x }) => tf.mul(x, tf.sigmoid(x)),
  webgpu: {
    kind: "activation",
    activation: siluActivation,
  },
});
