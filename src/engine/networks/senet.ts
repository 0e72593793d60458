import { GraphBuilder } from "../model/builder.ts";
import { defineNetwork } from "./network.ts";
import { scaling, widthParameter } from "./width.ts";

/** Published channels of the four stages, two blocks each. */
const stages = [64, 128, 256, 512] as const;
/** Channels of a block over those of its squeeze. */
const reduction = 16;

/** SENet-18 for small images, as NNI's CIFAR-10 example has it: pre-activation blocks whose channels are scaled by what a small
 *  network makes of their means.
 *  @see https://github.com/microsoft/nni examples/trials/cifar10_pytorch/models/senet.py */
export const senet18 = defineNetwork({
  name: "senet18",
  parameters: { width: widthParameter },
  build({ width }, input, classes) {
    const scaled = scaling(width);
    const net = new GraphBuilder("senet18", input, classes);
    const normed = (x: number, norm: string): number =>
      net.relu(net.batchNorm(x, norm), `${norm}.relu`);
    const excited = (x: number, name: string, published: number): number => {
      const one = { kernel: 1, bias: true };
      let factor = net.globalAveragePool(x, `${name}.squeeze`, true); // [1, 1, channels]
      factor = net.conv(factor, `${name}.fc1`, scaled(published / reduction), one);
      factor = net.relu(factor, `${name}.fc1.relu`);
      factor = net.conv(factor, `${name}.fc2`, scaled(published), one);
      factor = net.add(`${name}.sigmoid`, [factor], { op: "sigmoid" });
      return net.add(`${name}.scale`, [x, factor], { op: "channel-scale" });
    };
    let channels = scaled(64);
    let x = normed(net.conv(0, "conv1", channels), "bn1");
    stages.forEach((published, stage) => {
      const out = scaled(published);
      for (let block = 0; block < 2; block++) {
        const name = `layer${stage + 1}.${block}`;
        const stride = stage > 0 && block === 0 ? 2 : 1;
        const activated = normed(x, `${name}.bn1`);
        const shortcut =
          stride === 1 && channels === out
            ? x
            : net.conv(activated, `${name}.shortcut.0`, out, { kernel: 1, stride, padding: 0 });
        let y = net.conv(activated, `${name}.conv1`, out, { stride, padding: 1 });
        y = net.conv(normed(y, `${name}.bn2`), `${name}.conv2`, out);
        x = net.sum([excited(y, name, published), shortcut], `${name}.add`);
        channels = out;
      }
    });
    net.dense(net.globalAveragePool(x, "pool"), "linear", classes);
    return net.build();
  },
});
