import type { AnyNode } from "../model/node.ts";
import { defineOperation } from "./operation.ts";

/** 1 / (1 + e^-x). */
export interface Sigmoid extends AnyNode {
  readonly op: "sigmoid";
}

/** Moves zero, so what a pitch pads is set back to zero. */
export const sigmoid = defineOperation<Sigmoid>({
  op: "sigmoid",
  shape: ({ input }) => input,
  reference: ({ tf, x }) => tf.sigmoid(x),
  webgpu: {
    kind: "activation",
    activation: {
      name: "sigmoid",
      functions: `fn activate(u: vec4f) -> vec4f { return 1.0 / (1.0 + exp(-u)); }
fn slope(u: vec4f) -> vec4f { let s = 1.0 / (1.0 + exp(-u)); return s * (1.0 - s); }`,
      movesZero: true,
    },
  },
});
