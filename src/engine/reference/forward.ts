import * as tf from "@tensorflow/tfjs-core";
import type { Graph, GraphNode, Padding } from "../model/graph.ts";
import { dropoutThreshold, drawPurpose, drawUint32 } from "../training/augment.ts";
import { batchNormEvaluation, batchNormTraining, type BatchStatistics } from "./batch-norm.ts";

/** Weights by state_dict name in TensorFlow's layout: filters [h, w, in/groups, out], dense [in, out]. */
export type WeightTensors = ReadonlyMap<string, tf.Tensor>;

/** Present in training mode only. */
export interface TrainingPass {
  readonly seed: number;
  /** Optimizer steps done before this one. */
  readonly step: number;
  readonly observe: (node: number, statistics: BatchStatistics) => void;
}

/** Runs the graph on a batch [B, H, W, C] and returns the logits [B, classes]. Call it inside `tf.tidy`. */
export function forward(
  graph: Graph,
  weights: WeightTensors,
  batch: tf.Tensor4D,
  training: TrainingPass | null,
): tf.Tensor2D {
  const values: tf.Tensor[] = [batch];
  for (const node of graph.nodes.slice(1)) {
    const inputs = node.inputs.map((id) => values[id]!);
    values.push(run(node, inputs, weights, training));
  }
  return values.at(-1) as tf.Tensor2D;
}

function run(
  node: GraphNode,
  inputs: readonly tf.Tensor[],
  weights: WeightTensors,
  training: TrainingPass | null,
): tf.Tensor {
  const x = inputs[0]!;
  const image = x as tf.Tensor4D;
  const weight = (suffix: string): tf.Tensor => weights.get(`${node.name}.${suffix}`)!;
  const vector = (suffix: string): tf.Tensor1D => weight(suffix) as tf.Tensor1D;
  switch (node.op) {
    case "input":
      return x;
    case "conv": {
      const y = convolution(node, image, weight("weight") as tf.Tensor4D);
      return node.bias ? tf.add(y, weight("bias")) : y;
    }
    case "batch-norm": {
      const [gamma, beta] = [vector("weight"), vector("bias")];
      if (training)
        return batchNormTraining(image, gamma, beta, node.eps, (statistics) =>
          training.observe(node.id, statistics),
        );
      const [mean, variance] = [vector("running_mean"), vector("running_var")];
      return batchNormEvaluation(image, gamma, beta, mean, variance, node.eps);
    }
    case "relu":
      return tf.relu(x);
    case "silu":
      return tf.mul(x, tf.sigmoid(x));
    case "add":
      return inputs.reduce((sum, other) => tf.add(sum, other));
    case "concat":
      return tf.concat([...inputs], -1);
    case "max-pool":
      return tf.maxPool(image, [...node.kernel], [...node.stride], explicit(node.padding));
    case "average-pool":
      // Padding counts as values, as in PyTorch.
      return tf.avgPool(pad(image, node.padding), [...node.kernel], [...node.stride], "valid");
    case "global-average-pool":
      return tf.mean(tf.reshape(image, [image.shape[0], -1, image.shape[3]]), 1);
    case "dense": {
      const y = tf.matMul(x as tf.Tensor2D, weight("weight") as tf.Tensor2D);
      return node.bias ? tf.add(y, weight("bias")) : y;
    }
    case "dropout":
      return training && node.rate > 0 ? tf.mul(x, dropoutMask(node, x.shape, training)) : x;
    case "identity":
      return x;
    default:
      return node satisfies never;
  }
}

function convolution(
  node: GraphNode & { readonly op: "conv" },
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
): tf.Tensor4D {
  const stride = [...node.stride] as [number, number];
  if (node.groups === 1) return tf.conv2d(x, filter, stride, explicit(node.padding));
  if (node.groups === x.shape[3] && isSquare(node)) {
    // [h, w, 1, channels * multiplier]: the outputs of one channel lie together, as TensorFlow wants them.
    const [h, w] = node.kernel;
    const depthwise = tf.reshape(filter, [h, w, node.groups, node.outChannels / node.groups]);
    const padded = pad(x, node.padding);
    return tf.depthwiseConv2d(padded, depthwise as tf.Tensor4D, stride, "valid") as tf.Tensor4D;
  }
  const inputs = tf.split(x, node.groups, 3) as tf.Tensor4D[];
  const filters = tf.split(filter, node.groups, 3) as tf.Tensor4D[];
  const outputs = inputs.map((part, group) =>
    tf.conv2d(part, filters[group]!, stride, explicit(node.padding)),
  );
  return tf.concat(outputs, 3);
}

/** TensorFlow.js' depthwise kernels want equal strides. */
const isSquare = (node: GraphNode & { readonly op: "conv" }): boolean =>
  node.stride[0] === node.stride[1];

function explicit({ top, bottom, left, right }: Padding): Explicit | "valid" {
  if (top + bottom + left + right === 0) return "valid";
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}
type Explicit = Extract<Parameters<typeof tf.conv2d>[3], readonly unknown[]>;

function pad(x: tf.Tensor4D, padding: Padding): tf.Tensor4D {
  const explicitPadding = explicit(padding);
  return explicitPadding === "valid" ? x : tf.pad(x, explicitPadding);
}

function dropoutMask(
  node: GraphNode & { readonly op: "dropout" },
  shape: readonly number[],
  { seed, step }: TrainingPass,
): tf.Tensor {
  const length = shape.reduce((a, b) => a * b, 1);
  const threshold = dropoutThreshold(node.rate);
  const scale = 1 / (1 - node.rate);
  const mask = Float32Array.from({ length }, (_, i) =>
    drawUint32(seed, step, i, drawPurpose.dropout + node.id) < threshold ? 0 : scale,
  );
  return tf.tensor(mask, [...shape]);
}
