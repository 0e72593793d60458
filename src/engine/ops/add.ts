import { channelsOf, pixelsOf, type AnyNode, type NodeShape } from "../model/node.ts";
import { defineOperation } from "./operation.ts";
import { word } from "../../core/words/index.ts";

/** Sum of any number of values of one shape. */
export interface Add extends AnyNode {
  readonly op: "add";
}

/** Any number of inputs; one may come several times. */
export const add = defineOperation<Add>({
  op: "add",
  inputs: "any",
  shape({ inputs, input, refuse }) {
    if (inputs.some((other) => !sameShape(other, input))) throw refuse(word("inputs-differ"));
    return input;
  },
  recomputed: true,
  reference: ({ tf, inputs }) => inputs.reduce((sum, other) => tf.add(sum, other)),
  webgpu: { kind: "sum" },
});

const sameShape = (a: NodeShape, b: NodeShape): boolean =>
  a.kind === b.kind && channelsOf(a) === channelsOf(b) && pixelsOf(a).join() === pixelsOf(b).join();
