import type { AnyNode } from "../model/node.ts";
import type { Activation } from "../webgpu/kernels/norm-group.ts";
import { defineOperation } from "./operation.ts";

/** max(x, 0); the slope at 0 is 0. */
export interface Relu extends AnyNode {
  readonly op: "relu";
}

/** For kernels that do it on the way. */
export const reluActivation: Activation = {
  name: "relu",
  functions: `fn activate(u: vec4f) -> vec4f { return max(u, vec4f()); }
fn slope(u: vec4f) -> vec4f { return select(vec4f(), vec4f(1.0), u > vec4f()); }`,
  expression: (value, type) => `max(${value}, ${type}())`,
  bySign: true,
};

/** Its gradient at 0 is 0. */
export const relu = defineOperation<Relu>({
  op: "relu",
  shape: ({ input }) => input,
  reference: ({ tf, x }) => tf.relu(x),
  webgpu: {
    kind: "activation",
    activation: reluActivation,
  },
});
