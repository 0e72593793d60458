import { GraphBuilder } from "./builder.ts";
import type { Graph, ImageShape } from "./graph.ts";

/** BasicBlocks per stage. Depth 10 is not in the literature's list; it is the smallest net of the family. */
const blocksPerStage = { 10: [1, 1, 1, 1], 18: [2, 2, 2, 2], 34: [3, 4, 6, 3] } as const;

export interface ResnetOptions {
  readonly depth: keyof typeof blocksPerStage;
  /** Channels of the first stage; the stages have 1, 2, 4 and 8 times as many. */
  readonly width: number;
  /** Side of the stem's kernel, 1 to 7. */
  readonly convSize: number;
  /** Units of a hidden layer in the head, 0 = none. */
  readonly hiddenSize: number;
  readonly dropoutRate: number;
  readonly classes: number;
}

export const defaultResnetOptions: ResnetOptions = {
  depth: 18,
  width: 64,
  convSize: 3,
  hiddenSize: 0,
  dropoutRate: 0,
  classes: 10,
};

/** ResNet for small images as widely trained on CIFAR-10 in PyTorch: stem at full size, projection shortcuts, and that model's
 *  state_dict names. With `hiddenSize` the head is pooled features -> `hidden` -> ReLU -> dropout -> `linear`. */
export function resnet(
  options: Partial<ResnetOptions> = {},
  input: ImageShape = { height: 32, width: 32, channels: 3 },
): Graph {
  const { depth, width, convSize, hiddenSize, dropoutRate, classes } = {
    ...defaultResnetOptions,
    ...options,
  };
  const net = new GraphBuilder(`resnet${depth}`, input, classes);
  let x = net.conv(0, "conv1", width, { kernel: convSize });
  x = net.relu(net.batchNorm(x, "bn1"), "relu1"); // [32, 32, width]
  let channels = width;
  blocksPerStage[depth].forEach((blocks, stage) => {
    for (let block = 0; block < blocks; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const out = width * 2 ** stage;
      x = basicBlock(net, x, `layer${stage + 1}.${block}`, channels, out, stride);
      channels = out;
    }
  });
  x = net.globalAveragePool(x, "pool"); // [8 width]
  if (hiddenSize > 0) x = net.relu(net.dense(x, "hidden", hiddenSize), "hidden_relu");
  if (dropoutRate > 0) x = net.dropout(x, "dropout", dropoutRate);
  net.dense(x, "linear", classes);
  return net.build();
}

function basicBlock(
  net: GraphBuilder,
  input: number,
  name: string,
  channels: number,
  out: number,
  stride: number,
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
