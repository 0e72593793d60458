import { GraphBuilder } from "../model/builder.ts";
import { defineNetwork } from "./network.ts";
import { scaling, widthParameter } from "./width.ts";

/** Channels of VGG19's convolutions; M = max pooling. */
const layers = [
  ...[64, 64, "M", 128, 128, "M", 256, 256, 256, 256, "M"],
  ...[512, 512, 512, 512, "M", 512, 512, 512, 512, "M"],
] as const;

/** VGG19 with batch norms and one dense layer, as NNI's CIFAR-10 example has it. Poolings that an image has become too small for
 *  are left out, but counted in the names.
 *  @see https://github.com/microsoft/nni examples/trials/cifar10_pytorch/models/vgg.py */
export const vgg = defineNetwork({
  name: "vgg",
  parameters: { width: widthParameter },
  build({ width }, input, classes) {
    const scaled = scaling(width);
    const net = new GraphBuilder("vgg", input, classes);
    let side = Math.min(input.height, input.width);
    let x = 0;
    let index = 0;
    for (const layer of layers) {
      if (layer === "M") {
        if (side > 1) x = net.pool(x, `features.${index}`, "max", { kernel: 2 });
        side = Math.max(1, side >> 1);
        index += 1;
        continue;
      }
      x = net.conv(x, `features.${index}`, scaled(layer), { bias: true });
      x = net.batchNorm(x, `features.${index + 1}`);
      x = net.relu(x, `features.${index + 2}`);
      index += 3;
    }
    net.dense(net.globalAveragePool(x, "pool"), "classifier", classes);
    return net.build();
  },
});
