import type { AnyNode } from "../model/node.ts";
import { defineOperation } from "./operation.ts";

/** The images; node 0 of every graph. */
export interface Input extends AnyNode {
  readonly op: "input";
}

/** The images, normalised and augmented. */
export const input = defineOperation<Input>({
  op: "input",
  inputs: 0,
  shape: ({ graph }) => ({ kind: "image", ...graph.input }),
  recomputed: true,
  reference: ({ x }) => x,
  webgpu: { kind: "input" },
});
