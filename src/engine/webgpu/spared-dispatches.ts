import type { AnyGraph } from "../model/node.ts";
import { inferShapes } from "../model/shapes.ts";
import { operationOf } from "../ops/index.ts";
import { convVariant } from "./conv/conv-calls.ts";
import { problemKey } from "./conv/conv-problem.ts";
import { convFlops } from "./conv/conv-shape.ts";
import { convShapeOf, geometryOf, isSparse } from "./lowering/geometry.ts";
import type { PlanOptions } from "./plan/plan-context.ts";

const directions = ["forward", "input-gradient", "filter-gradient"] as const;

/** Convolutions, by `problemKey`, that are to do with one dispatch, so that a training step has `excess` dispatches fewer:
 *  those in which a variant of several, Winograd's algorithm, has least work to save. None where that would not do: a network
 *  of so many layers has better use for them. */
export function sparedProblems(
  graph: AnyGraph,
  options: PlanOptions,
  excess: number,
): ReadonlySet<string> {
  const shapes = inferShapes(graph);
  const problems = new Map<string, { dispatches: number; readonly flops: number }>();
  for (const node of graph.nodes) {
    const geometry = geometryOf(node);
    if (!geometry || isSparse(geometry)) continue;
    const shape = convShapeOf({ shapes, batch: options.batch }, node, geometry);
    const isFirst = operationOf(graph.nodes[node.inputs[0]!]!).webgpu.kind === "input";
    for (const direction of directions) {
      if (isFirst && direction === "input-gradient") continue;
      const more = convVariant(direction, shape, options).calls({}).length - 1;
      if (more === 0) continue;
      const key = problemKey(direction, shape, options.real);
      const problem = problems.get(key) ?? { dispatches: 0, flops: convFlops(shape) };
      problem.dispatches += more;
      problems.set(key, problem);
    }
  }
  const spared = new Set<string>();
  let left = excess;
  for (const [key, { dispatches }] of [...problems].sort(([, a], [, b]) => a.flops - b.flops)) {
    if (left <= 0) break;
    spared.add(key);
    left -= dispatches;
  }
  return left > 0 ? new Set() : spared;
}
