import type { AnyNode } from "../model/node.ts";
import type { Operation } from "./operation.ts";
import * as table from "./table.ts";

type NodeOfOperation<O> = O extends Operation<infer N> ? N : never;

/** The nodes of all operations in the table. */
export type OperationNode = NodeOfOperation<(typeof table)[keyof typeof table]>;

const operations = new Map<string, Operation<AnyNode>>();

/** Makes an operation known to both engines.
 *  @throws Error when another operation has its name */
export function registerOperation<N extends AnyNode>(operation: Operation<N>): void {
  if (operations.has(operation.op))
    throw new Error(`registerOperation: there is an operation ${operation.op} already`);
  operations.set(operation.op, operation);
}

for (const operation of Object.values(table)) registerOperation<AnyNode>(operation);

/** The operation of a node. @throws Error when nobody registered it */
export function operationOf({ op, name }: AnyNode): Operation<AnyNode> {
  const operation = operations.get(op);
  if (!operation) throw new Error(`Node ${name}: no operation is named ${op}`);
  return operation;
}
