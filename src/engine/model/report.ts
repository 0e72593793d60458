import type { ModelReport } from "../../core/journal/records.ts";
import { forwardMacs } from "./flops.ts";
import type { AnyGraph } from "./node.ts";
import { elementCount, parameterCount, weightSpecs } from "./weights.ts";

/** A network in numbers; arithmetic alone. */
export function modelReport(graph: AnyGraph): ModelReport {
  const specs = weightSpecs(graph);
  return {
    parameters: parameterCount(graph),
    macs: forwardMacs(graph),
    bytes: specs.reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0),
    layers: new Set(specs.map(({ node }) => node)).size,
  };
}
