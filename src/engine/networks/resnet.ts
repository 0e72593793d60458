import { GraphBuilder } from "../model/builder.ts";
import type { Graph, ImageShape } from "../model/graph.ts";
import { defineNetwork, type Network } from "./network.ts";
import { widthParameter } from "./width.ts";

/** BasicBlocks per stage. Depth 10 is not in the literature's list; it is the smallest net of the family. */
const blocksPerStage = { 10: [1, 1, 1, 1], 18: [2, 2, 2, 2], 34: [3, 4, 6, 3] } as const;

const parameters = {
  /** Side of the stem's kernel. */
  conv_size: { domain: { kind: "integer", min: 1, max: 7 }, default: 3 },
  /** Units of a hidden layer in the head, 0 = none. */
  hidden_size: { domain: { kind: "integer", min: 0, max: 8192 }, default: 0 },
  dropout_rate: {
    domain: { kind: "number", min: 0, max: 1, maxExcluded: true },
    default: 0,
    costs: false,
  },
  /** Channels of the first stage; the stages have 1, 2, 4 and 8 times as many. */
  width: widthParameter,
} as const;

interface ResnetOptions {
  readonly depth: keyof typeof blocksPerStage;
  readonly width: number;
  readonly convSize: number;
  readonly hiddenSize: number;
  readonly dropoutRate: number;
}

/** ResNet for small images as widely trained on CIFAR-10 in PyTorch: stem at full size, projection shortcuts, and that model's
 *  state_dict names. With `hiddenSize` the head is pooled features -> `hidden` -> ReLU -> dropout -> `linear`. */
function resnet(options: ResnetOptions, input: ImageShape, classes: number): Graph {
  const { depth, width, convSize, hiddenSize, dropoutRate } = options;
  const net = new GraphBuilder(`resnet${depth}`, input, classes);
  let x = net.conv(0, "conv1", width, { kernel: convSize });
  x = net.relu(net.batchNorm(x, "bn1"), "relu1"); // [height, width, width of the network]
  let channels = width;
  blocksPerStage[depth].forEach((blocks, stage) => {
    for (let block = 0; block < blocks; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const out = width * 2 ** stage;
      x = basicBlock(net, x, `layer${stage + 1}.${block}`, { channels, out, stride });
      channels = out;
    }
  });
  x = net.globalAveragePool(x, "pool"); // [8 width]
  if (hiddenSize > 0) x = net.relu(net.dense(x, "hidden", hiddenSize), "hidden_relu");
  if (dropoutRate > 0) x = net.dropout(x, "dropout", dropoutRate);
  net.dense(x, "linear", classes);
  return net.build();
}

interface BlockOptions {
  /** Of the input. */
  readonly channels: number;
  readonly out: number;
  readonly stride: number;
}

function basicBlock(
  net: GraphBuilder,
  input: number,
  name: string,
  { channels, out, stride }: BlockOptions,
): number {
  let x = net.conv(input, `${name}.conv1`, out, { stride, padding: 1 });
  x = net.relu(net.batchNorm(x, `${name}.bn1`), `${name}.relu1`);
  x = net.batchNorm(net.conv(x, `${name}.conv2`, out), `${name}.bn2`);
  let shortcut = input;
  if (stride !== 1 || channels !== out) {
    shortcut = net.conv(input, `${name}.shortcut.0`, out, { kernel: 1, stride, padding: 0 });
    shortcut = net.batchNorm(shortcut, `${name}.shortcut.1`);
  }
  return net.relu(net.sum([x, shortcut], `${name}.add`), `${name}.relu2`);
}

const ofDepth = (depth: ResnetOptions["depth"]): Network<typeof parameters> =>
  defineNetwork({
    name: `resnet${depth}`,
    parameters,
    build: (
      { conv_size: convSize, hidden_size: hiddenSize, dropout_rate: dropoutRate, width },
      ...to
    ) => resnet({ depth, width, convSize, hiddenSize, dropoutRate }, ...to),
  });

/** One block in each stage. */
export const resnet10 = ofDepth(10);
/** Two blocks in each stage. */
export const resnet18 = ofDepth(18);
/** 3, 4, 6 and 3 blocks in the stages. */
export const resnet34 = ofDepth(34);
