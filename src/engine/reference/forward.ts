import * as tf from "@tensorflow/tfjs-core";
import type { AnyGraph } from "../model/node.ts";
import { operationOf } from "../ops/index.ts";
import type { TrainingPass } from "../ops/operation.ts";

export type { TrainingPass } from "../ops/operation.ts";

/** Weights by state_dict name in TensorFlow's layout: filters [h, w, in/groups, out], dense [in, out]. */
export type WeightTensors = ReadonlyMap<string, tf.Tensor>;

/** Runs the graph on a batch [B, H, W, C] and returns the logits [B, classes]. Call it inside `tf.tidy`. */
export function forward(
  graph: AnyGraph,
  weights: WeightTensors,
  batch: tf.Tensor4D,
  training: TrainingPass | null,
): tf.Tensor2D {
  const values: tf.Tensor[] = [batch];
  for (const node of graph.nodes.slice(1)) {
    const inputs = node.inputs.map((id) => values[id]!);
    const x = inputs[0]!;
    const weight = (suffix: string): tf.Tensor => weights.get(`${node.name}.${suffix}`)!;
    const pass = { tf, node, inputs, x, image: x as tf.Tensor4D, weight, training };
    values.push(operationOf(node).reference(pass));
  }
  return values.at(-1) as tf.Tensor2D;
}
