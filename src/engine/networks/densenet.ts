import { GraphBuilder } from "../model/builder.ts";
import { defineNetwork } from "./network.ts";
import { scaling, widthParameter } from "./width.ts";

/** Layers of the four dense blocks. */
const blocks = [6, 12, 24, 16] as const;
const publishedGrowth = 32;

/** DenseNet-121 (bottlenecks, halving transitions) for small images, as NNI's CIFAR-10 example has it: what a layer makes goes in
 *  front of what it got.
 *  @see https://github.com/microsoft/nni examples/trials/cifar10_pytorch/models/densenet.py */
export const densenet121 = defineNetwork({
  name: "densenet121",
  parameters: { width: widthParameter },
  build({ width }, input, classes) {
    const scaled = scaling(width);
    const net = new GraphBuilder("densenet121", input, classes);
    const growth = scaled(publishedGrowth);
    const normed = (x: number, norm: string): number =>
      net.relu(net.batchNorm(x, norm), `${norm}.relu`);
    const layer = (x: number, name: string): number => {
      const inner = net.conv(normed(x, `${name}.bn1`), `${name}.conv1`, scaled(128), { kernel: 1 });
      const made = net.conv(normed(inner, `${name}.bn2`), `${name}.conv2`, growth);
      return net.concat([made, x], `${name}.concat`);
    };
    let channels = scaled(2 * publishedGrowth);
    let x = net.conv(0, "conv1", channels);
    blocks.forEach((layers, index) => {
      for (let i = 0; i < layers; i++) x = layer(x, `dense${index + 1}.${i}`);
      channels += layers * growth;
      if (index === blocks.length - 1) return;
      const name = `trans${index + 1}`;
      channels = Math.max(1, channels >> 1);
      x = net.conv(normed(x, `${name}.bn`), `${name}.conv`, channels, { kernel: 1 });
      x = net.pool(x, `${name}.pool`, "average", { kernel: 2 });
    });
    net.dense(net.globalAveragePool(normed(x, "bn"), "pool"), "linear", classes);
    return net.build();
  },
});
