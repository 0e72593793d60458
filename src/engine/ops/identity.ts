import type { AnyNode } from "../model/node.ts";
import { defineOperation } from "./operation.ts";

/** Another name of its input. */
export interface Identity extends AnyNode {
  readonly op: "identity";
}

/** Costs nothing: it is looked through. */
export const identity = defineOperation<Identity>({
  op: "identity",
  shape: ({ input }) => input,
  isName: () => true,
  recomputed: true,
  reference: ({ x }) => x,
  webgpu: { kind: "name" },
});
