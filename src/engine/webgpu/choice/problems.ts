import { problemKey } from "../conv/conv-problem.ts";
import { convFlops, type ConvShape } from "../conv/conv-shape.ts";
import type { ConvDirection } from "../conv/conv-variant.ts";
import { planNetwork } from "../plan/network-plan.ts";
import type { Graph } from "../../model/graph.ts";
import type { PlanOptions } from "../plan/plan-context.ts";

/** One direction of one convolution, which several variants can compute. */
export interface ConvProblem {
  readonly key: string;
  readonly direction: ConvDirection;
  readonly shape: ConvShape;
  /** Of all layers that pose it, in a training step. */
  readonly flops: number;
}

/** Everything a network asks of convolutions, what costs most first. */
export function problemsOf(graph: Graph, options: PlanOptions): readonly ConvProblem[] {
  const problems = new Map<string, ConvProblem>();
  planNetwork(graph, {
    ...options,
    choice(direction, shape) {
      const key = problemKey(direction, shape, options.real);
      const flops = (problems.get(key)?.flops ?? 0) + convFlops(shape);
      problems.set(key, { key, direction, shape, flops });
      return undefined;
    },
  });
  return [...problems.values()].sort((a, b) => b.flops - a.flops || (a.key < b.key ? -1 : 1));
}
