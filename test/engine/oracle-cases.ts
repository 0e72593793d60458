import { GraphBuilder } from "../../src/engine/model/builder.ts";
import type { Graph } from "../../src/engine/model/graph.ts";
import { resnet } from "./networks/resnet.ts";
import type { AugmentOptions } from "../../src/engine/network-engine.ts";
import {
  defaultOptimizers,
  type OptimizerConfig,
} from "../../src/engine/training/optimizer-config.ts";

/** One training run that PyTorch (float64) and an engine do alike. Weights and images come from the counter-based generator. */
export interface OracleCase {
  readonly name: string;
  readonly graph: Graph;
  readonly batchSize: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly optimizer: OptimizerConfig;
  readonly labelSmoothing: number;
  readonly augment: AugmentOptions;
  readonly seed: number;
}

const input = { height: 32, width: 32, channels: 3 };
const noAugment: AugmentOptions = { cropPadding: 0, flip: false, cutout: 0 };

/** With this optimizer and one step, the gradient is (before - after) / learningRate. */
const plainSgd: OptimizerConfig = { name: "SGD", momentum: 0, nesterov: false, weightDecay: 0 };

const base = {
  batchSize: 4,
  steps: 1,
  learningRate: 1,
  optimizer: plainSgd,
  labelSmoothing: 0,
  augment: noAugment,
};

/** A network whose middle is `body`; ends in pooling and a dense layer. */
function network(name: string, body: (net: GraphBuilder) => number): Graph {
  const net = new GraphBuilder(name, input, 10);
  net.dense(net.globalAveragePool(body(net), "pool"), "linear", 10);
  return net.build();
}

const convBnRelu = (
  net: GraphBuilder,
  x: number,
  name: string,
  out: number,
  options: Parameters<GraphBuilder["conv"]>[3] = {},
): number => net.relu(net.batchNorm(net.conv(x, name, out, options), `${name}_bn`), `${name}_relu`);

const layers: readonly Graph[] = [
  network("conv 3x3 with batch norm", (net) => convBnRelu(net, 0, "a", 6)),
  network("conv 3x3 of stride 2", (net) =>
    convBnRelu(net, convBnRelu(net, 0, "a", 5), "b", 7, { stride: 2, padding: 1 }),
  ),
  network("conv 1x1 of stride 1 and 2", (net) => {
    const a = convBnRelu(net, 0, "a", 8, { kernel: 1 });
    return convBnRelu(net, a, "b", 6, { kernel: 1, stride: 2, padding: 0 });
  }),
  network("stem kernel 2", (net) => convBnRelu(net, 0, "a", 4, { kernel: 2 })),
  network("stem kernel 4", (net) => convBnRelu(net, 0, "a", 4, { kernel: 4 })),
  network("stem kernel 7", (net) => convBnRelu(net, 0, "a", 4, { kernel: 7 })),
  network("convs of unequal sides and strides", (net) => {
    const a = convBnRelu(net, 0, "a", 4, { kernel: [1, 5] });
    return convBnRelu(net, a, "b", 6, { kernel: [3, 2], stride: [2, 1] });
  }),
  network("grouped conv", (net) => {
    const a = convBnRelu(net, 0, "a", 8);
    return convBnRelu(net, a, "b", 12, { groups: 4, stride: 2, padding: 1 });
  }),
  network("depthwise convs", (net) => {
    const a = convBnRelu(net, 0, "a", 6);
    const b = convBnRelu(net, a, "b", 6, { groups: 6 });
    return convBnRelu(net, b, "c", 12, { groups: 6, kernel: 5, stride: 2, padding: 2 });
  }),
  network("conv with bias and SiLU", (net) =>
    net.silu(
      net.conv(net.silu(net.conv(0, "a", 5, { bias: true }), "s"), "b", 6, { bias: true }),
      "t",
    ),
  ),
  network("max pooling", (net) => {
    const a = net.pool(net.conv(0, "a", 4), "p", "max", { kernel: 3, stride: 2, padding: 1 });
    return net.pool(convBnRelu(net, a, "b", 6), "q", "max", { kernel: 2 });
  }),
  network("average pooling", (net) => {
    const a = net.pool(convBnRelu(net, 0, "a", 4), "p", "average", {
      kernel: 3,
      stride: 2,
      padding: 1,
    });
    return net.pool(convBnRelu(net, a, "b", 6), "q", "average", { kernel: 2 });
  }),
  network("concat, sum of three and identity", (net) => {
    const a = convBnRelu(net, 0, "a", 4);
    const b = convBnRelu(net, 0, "b", 4, { kernel: 1 });
    const both = net.concat([a, b], "both"); // 8 channels
    const c = net.identity(convBnRelu(net, both, "c", 8), "same");
    const d = net.conv(both, "d", 8, { kernel: 1 });
    return net.relu(net.sum([both, c, d], "sum"), "out");
  }),
];

/** With a bias, whose gradient would be zero in front of a batch norm. */
const convSilu = (
  net: GraphBuilder,
  x: number,
  name: string,
  out: number,
  options: Parameters<GraphBuilder["conv"]>[3],
): number => net.silu(net.conv(x, name, out, { ...options, bias: true }), `${name}_silu`);

/** Of operations that came later: cases are seeded by their place. */
const moreLayers: readonly Graph[] = [
  network("sigmoid and GELU", (net) => {
    const a = net.add("a_gelu", [convBnRelu(net, 0, "a", 6)], { op: "gelu" });
    const b = net.add("b_gelu", [net.conv(a, "b", 5, { bias: true })], { op: "gelu" });
    const c = net.batchNorm(net.conv(b, "c", 6), "c_bn");
    return net.add("c_sigmoid", [c], { op: "sigmoid" });
  }),
  network("squeeze and excitation", (net) => {
    const a = convBnRelu(net, 0, "a", 6);
    const squeezed = net.relu(net.dense(net.globalAveragePool(a, "s"), "fc1", 3), "fc1_relu");
    const gates = net.add("gates", [net.dense(squeezed, "fc2", 6)], { op: "sigmoid" });
    const scaled = net.add("scale", [a, gates], { op: "channel-scale" });
    return net.relu(net.sum([scaled, net.conv(a, "b", 6)], "sum"), "out");
  }),
  network("slices, aligned and not, that overlap", (net) => {
    const a = convBnRelu(net, 0, "a", 13);
    const slice = (name: string, from: number, to: number): number =>
      net.add(name, [a], { op: "slice", from, to });
    const parts = [slice("b", 0, 4), slice("c", 4, 12), slice("d", 3, 10), slice("e", 8, 13)];
    return convBnRelu(net, net.concat(parts, "all"), "f", 6);
  }),
  flattened(),
  network("average pooling that does not count padding", (net) => {
    const window = { kernel: 3, stride: 2, padding: 1, countPadding: false };
    const a = net.pool(convBnRelu(net, 0, "a", 5), "p", "average", window);
    return net.pool(convBnRelu(net, a, "b", 6), "q", "average", { ...window, stride: 1 });
  }),
  network("dilated convs", (net) => {
    const a = convBnRelu(net, 0, "a", 8, { dilation: 2 });
    const b = convSilu(net, a, "b", 8, { dilation: [2, 3], stride: 2, padding: 2 });
    const c = convBnRelu(net, b, "c", 8, { dilation: 3, groups: 2, stride: 2, padding: 3 });
    const d = convBnRelu(net, c, "d", 8, { dilation: 2, groups: 8 });
    return convBnRelu(net, d, "e", 8, { dilation: 2, groups: 8, stride: 2, padding: 1 });
  }),
  network("batch norm without scale and shift", (net) => {
    const plain = { affine: false };
    const a = net.relu(net.batchNorm(net.conv(0, "a", 6), "a_bn", plain), "a_relu");
    const b = net.batchNorm(net.conv(a, "b", 6), "b_bn", plain);
    const c = net.batchNorm(net.conv(a, "c", 6), "c_bn");
    const sum = net.silu(net.sum([b, c], "sum"), "sum_silu");
    return net.batchNorm(net.pool(sum, "p", "average", { kernel: 2 }), "p_bn", plain);
  }),
  network("grouped convs of any number of channels", (net) => {
    const a = convBnRelu(net, 0, "a", 16);
    const b = convSilu(net, a, "b", 24, { groups: 2 });
    const c = convBnRelu(net, b, "c", 16, { groups: 4, stride: 2, padding: 1 });
    const d = convBnRelu(net, c, "d", 10, { groups: 2, kernel: [3, 2] });
    return convBnRelu(net, d, "e", 8, { groups: 2 });
  }),
  network("depthwise convs of any stride and number of channels", (net) => {
    const a = convBnRelu(net, 0, "a", 7);
    const b = convSilu(net, a, "b", 7, { groups: 7, stride: 2, padding: 1 });
    const c = convBnRelu(net, b, "c", 7, { groups: 7, kernel: [2, 5] });
    const d = net.sum([c, net.conv(c, "d", 7, { groups: 7 })], "sum");
    return convBnRelu(net, d, "e", 7, { groups: 7, kernel: 1, stride: [1, 3], padding: 0 });
  }),
];

/** A dense layer on all pixels, and one on features that were put together. */
function flattened(): Graph {
  const net = new GraphBuilder("flatten and concat of features", input, 10);
  const a = convBnRelu(net, 0, "a", 6, { stride: 4, padding: 1 });
  const b = net.pool(convBnRelu(net, a, "b", 5), "p", "max", { kernel: 2 });
  const flat = net.add("flat", [b], { op: "flatten" }); // [80]
  const hidden = net.silu(net.dense(flat, "hidden", 7), "hidden_silu");
  const both = net.concat([net.globalAveragePool(a, "pool"), hidden], "both"); // [13]
  net.dense(net.add("some", [both], { op: "slice", from: 1, to: 12 }), "linear", 10);
  return net.build();
}

function headWithDropout(): Graph {
  const net = new GraphBuilder("hidden layer with dropout", input, 10);
  const pooled = net.globalAveragePool(convBnRelu(net, 0, "a", 6), "pool");
  const hidden = net.relu(net.dense(pooled, "hidden", 20), "hidden_relu");
  net.dense(net.dropout(hidden, "dropout", 0.4), "linear", 10);
  return net.build();
}

function smallNet(): Graph {
  return network("small", (net) =>
    convBnRelu(net, convBnRelu(net, 0, "a", 4, { stride: 2, padding: 1 }), "b", 8, {
      stride: 2,
      padding: 1,
    }),
  );
}

interface Run {
  readonly label: string;
  readonly optimizer: OptimizerConfig;
  readonly learningRate: number;
}
const { SGD, Adadelta, Adagrad, Adam, AdamW, Adamax, RMSprop } = defaultOptimizers;
const optimizerRuns: readonly Run[] = [
  { label: "SGD plain", optimizer: plainSgd, learningRate: 0.05 },
  { label: "SGD default", optimizer: SGD, learningRate: 0.02 },
  { label: "SGD Nesterov", optimizer: { ...SGD, nesterov: true }, learningRate: 0.02 },
  { label: "Adadelta", optimizer: Adadelta, learningRate: 1 },
  { label: "Adagrad", optimizer: Adagrad, learningRate: 0.01 },
  { label: "Adam", optimizer: Adam, learningRate: 0.001 },
  { label: "Adam with decay", optimizer: { ...Adam, weightDecay: 0.01 }, learningRate: 0.001 },
  { label: "AdamW", optimizer: { ...AdamW, weightDecay: 0.1 }, learningRate: 0.001 },
  { label: "Adamax", optimizer: Adamax, learningRate: 0.002 },
  { label: "RMSprop", optimizer: RMSprop, learningRate: 0.001 },
  { label: "RMSprop momentum", optimizer: { ...RMSprop, momentum: 0.9 }, learningRate: 0.0005 },
];

/** Layers first, then whole networks, then ten steps of every optimizer, then more layers. */
export const oracleCases: readonly OracleCase[] = [
  ...layers.map((graph) => ({ ...base, name: graph.name, graph })),
  { ...base, name: "hidden layer with dropout", graph: headWithDropout() },
  { ...base, name: "label smoothing", graph: smallNet(), labelSmoothing: 0.1 },
  {
    ...base,
    name: "crop and flip",
    graph: smallNet(),
    augment: { cropPadding: 4, flip: true, cutout: 0 },
  },
  {
    ...base,
    name: "crop, flip and cutout",
    graph: smallNet(),
    augment: { cropPadding: 4, flip: true, cutout: 9 },
  },
  { ...base, name: "ResNet-18", graph: resnet({ width: 2, convSize: 3 }), batchSize: 8 },
  {
    ...base,
    name: "ResNet-10 of odd width",
    graph: resnet({ depth: 10, width: 3, convSize: 5, hiddenSize: 12 }),
  },
  ...optimizerRuns.map(({ label, optimizer, learningRate }) => ({
    ...base,
    name: `10 steps of ${label}`,
    graph: smallNet(),
    batchSize: 8,
    steps: 10,
    optimizer,
    learningRate,
  })),
  ...moreLayers.map((graph) => ({ ...base, name: graph.name, graph })),
].map((entry, index) => ({ ...entry, seed: 1000 + index }));

export const oracleMean = [0.4914, 0.4822, 0.4465] as const;
export const oracleStd = [0.2023, 0.1994, 0.201] as const;

/** Everything that make_fixtures.py is given, as one line. */
export const oracleJson = JSON.stringify({ mean: oracleMean, std: oracleStd, cases: oracleCases });

if (globalThis.process?.argv[2] === "--print") console.log(oracleJson);
