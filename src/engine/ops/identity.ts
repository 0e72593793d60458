import type { AnyNode } from "../model/node.ts";
import { defineOperation } from "./operation.ts";

/** Another name of its input. */
export interface Identity extends AnyNode {
  readonly op: "identity";
}

export const identity = defineOperation<Identity>({
  op: "identity",
  shape: ({ input }) => input,
  isName: () => true,
  recomputed: true,
  reference: ({ x }) => x,
  webgpu: { kind: "name" },
});
