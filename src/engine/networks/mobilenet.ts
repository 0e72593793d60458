import { GraphBuilder } from "../model/builder.ts";
import { defineNetwork } from "./network.ts";
import { scaling, widthParameter } from "./width.ts";

/** Channels and stride of the blocks. */
const blocks = [
  ...([
    [64, 1],
    [128, 2],
    [128, 1],
    [256, 2],
    [256, 1],
    [512, 2],
  ] as const),
  ...Array.from({ length: 5 }, () => [512, 1] as const),
  ...([
    [1024, 2],
    [1024, 1],
  ] as const),
];

/** MobileNet (v1) for small images: blocks of a depthwise 3x3 and a 1x1 convolution, stem at full size, as NNI's CIFAR-10
 *  example has it.
 *  @see https://github.com/microsoft/nni examples/trials/cifar10_pytorch/models/mobilenet.py */
export const mobilenet = defineNetwork({
  name: "mobilenet",
  parameters: { width: widthParameter },
  build({ width }, input, classes) {
    const scaled = scaling(width);
    const net = new GraphBuilder("mobilenet", input, classes);
    const normed = (x: number, name: string, norm: string): number =>
      net.relu(net.batchNorm(x, norm), `${name}.relu`);
    let channels = scaled(32);
    let x = normed(net.conv(0, "conv1", channels), "conv1", "bn1");
    blocks.forEach(([out, stride], index) => {
      const layer = `layers.${index}`;
      const depthwise = { stride, padding: 1, groups: channels };
      x = net.conv(x, `${layer}.conv1`, channels, depthwise);
      x = normed(x, `${layer}.conv1`, `${layer}.bn1`);
      channels = scaled(out);
      x = net.conv(x, `${layer}.conv2`, channels, { kernel: 1 });
      x = normed(x, `${layer}.conv2`, `${layer}.bn2`);
    });
    net.dense(net.globalAveragePool(x, "pool"), "linear", classes);
    return net.build();
  },
});
