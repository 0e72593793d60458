import { GraphBuilder } from "../model/builder.ts";
import { defineNetwork } from "./network.ts";
import { scaling, widthParameter } from "./width.ts";

/** Channels of an inception's four branches: 1x1; 1x1 and 3x3; 1x1 and twice 3x3; 1x1 behind pooling. */
type Inception = readonly [n1: number, r3: number, n3: number, r5: number, n5: number, p: number];

/** In order; before a4 and a5 the image is halved. */
const inceptions = {
  a3: [64, 96, 128, 16, 32, 32],
  b3: [128, 128, 192, 32, 96, 64],
  a4: [192, 96, 208, 16, 48, 64],
  b4: [160, 112, 224, 24, 64, 64],
  c4: [128, 128, 256, 24, 64, 64],
  d4: [112, 144, 288, 32, 64, 64],
  e4: [256, 160, 320, 32, 128, 128],
  a5: [256, 160, 320, 32, 128, 128],
  b5: [384, 192, 384, 48, 128, 128],
} as const satisfies Readonly<Record<string, Inception>>;

/** GoogLeNet with batch norms for small images, without auxiliary heads, as NNI's CIFAR-10 example has it.
 *  @see https://github.com/microsoft/nni examples/trials/cifar10_pytorch/models/googlenet.py */
export const googlenet = defineNetwork({
  name: "googlenet",
  parameters: { width: widthParameter },
  build({ width }, input, classes) {
    const scaled = scaling(width);
    const net = new GraphBuilder("googlenet", input, classes);
    /** Convolution `index` of a branch, its batch norm and ReLU are neighbours in PyTorch's Sequential. */
    const layer = (
      x: number,
      [branch, index]: readonly [string, number],
      channels: number,
      kernel: 1 | 3,
    ) => {
      const conv = net.conv(x, `${branch}.${index}`, scaled(channels), { kernel, bias: true });
      return net.relu(net.batchNorm(conv, `${branch}.${index + 1}`), `${branch}.${index + 2}`);
    };
    const inception = (x: number, name: string, channels: Inception): number => {
      const [n1, r3, n3, r5, n5, p] = channels;
      const same = { kernel: 3, stride: 1, padding: 1 };
      const branches = [
        layer(x, [`${name}.b1`, 0], n1, 1),
        layer(layer(x, [`${name}.b2`, 0], r3, 1), [`${name}.b2`, 3], n3, 3),
        layer(
          layer(layer(x, [`${name}.b3`, 0], r5, 1), [`${name}.b3`, 3], n5, 3),
          [`${name}.b3`, 6],
          n5,
          3,
        ),
        layer(net.pool(x, `${name}.b4.0`, "max", same), [`${name}.b4`, 1], p, 1),
      ];
      return net.concat(branches, `${name}.concat`);
    };
    let x = layer(0, ["pre_layers", 0], 192, 3);
    for (const [name, channels] of Object.entries(inceptions)) {
      if (name === "a4" || name === "a5")
        x = net.pool(x, `${name}.maxpool`, "max", { kernel: 3, stride: 2, padding: 1 });
      x = inception(x, name, channels);
    }
    net.dense(net.globalAveragePool(x, "avgpool"), "linear", classes);
    return net.build();
  },
});
