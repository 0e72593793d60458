import { GraphBuilder } from "../model/builder.ts";
import { defineNetwork } from "./network.ts";
import { scaling, widthParameter } from "./width.ts";

/** Published channels of the four stages: of the grouped convolution, of the sum, and what each block appends. */
const stages = [
  { inner: 96, out: 256, depth: 16, blocks: 3 },
  { inner: 192, out: 512, depth: 32, blocks: 4 },
  { inner: 384, out: 1024, depth: 24, blocks: 20 },
  { inner: 768, out: 2048, depth: 128, blocks: 3 },
] as const;
const groups = 32;

/** DPN-92 for small images, as NNI's CIFAR-10 example has it: the first channels of a block are added to, as in ResNet, the
 *  others appended, as in DenseNet. Narrow ones keep their 32 groups.
 *  @see https://github.com/microsoft/nni examples/trials/cifar10_pytorch/models/dpn.py */
export const dpn92 = defineNetwork({
  name: "dpn92",
  parameters: { width: widthParameter },
  build({ width }, input, classes) {
    const scaled = scaling(width);
    const net = new GraphBuilder("dpn92", input, classes);
    const normed = (x: number, conv: string, norm: string): number =>
      net.relu(net.batchNorm(x, norm), `${conv}.relu`);
    let x = normed(net.conv(0, "conv1", scaled(64)), "conv1", "bn1");
    stages.forEach((stage, index) => {
      const [out, depth] = [scaled(stage.out), scaled(stage.depth)];
      const inner = Math.ceil(scaled(stage.inner) / groups) * groups;
      /** Channels that `x` carries after its block of this stage. */
      let carried = 0;
      for (let block = 0; block < stage.blocks; block++) {
        const name = `layer${index + 1}.${block}`;
        const stride = index > 0 && block === 0 ? 2 : 1;
        let y = net.conv(x, `${name}.conv1`, inner, { kernel: 1 });
        y = normed(y, `${name}.conv1`, `${name}.bn1`);
        y = net.conv(y, `${name}.conv2`, inner, { stride, padding: 1, groups });
        y = normed(y, `${name}.conv2`, `${name}.bn2`);
        y = net.conv(y, `${name}.conv3`, out + depth, { kernel: 1 });
        y = net.batchNorm(y, `${name}.bn3`);
        if (block === 0) {
          x = net.conv(x, `${name}.shortcut.0`, out + depth, { kernel: 1, stride, padding: 0 });
          x = net.batchNorm(x, `${name}.shortcut.1`);
          carried = out + depth;
        }
        const part = (from: number, of: string, first: number, to: number): number =>
          net.add(`${name}.${of}`, [from], { op: "slice", from: first, to });
        const sum = net.sum([part(x, "x.sum", 0, out), part(y, "y.sum", 0, out)], `${name}.add`);
        const rest = [part(x, "x.rest", out, carried), part(y, "y.rest", out, out + depth)];
        carried += depth;
        x = net.relu(net.concat([sum, ...rest], `${name}.concat`), `${name}.relu`);
      }
    });
    net.dense(net.globalAveragePool(x, "pool"), "linear", classes);
    return net.build();
  },
});
