import { channelsOf, sizeOf, type AnyNode } from "../model/node.ts";
import {
  channelScale as scaleKernel,
  channelScaleFactor,
} from "../webgpu/kernels/channel-scale.ts";
import { runQuads } from "../webgpu/values.ts";
import { defineOperation } from "./operation.ts";
import { imageOf } from "./shapes.ts";
import { word } from "../../core/words/index.ts";

/** Each channel of an image, the first input, times a number, the second input's features or channels of its only pixel: the end
 *  of squeeze-and-excitation. */
export interface ChannelScale extends AnyNode {
  readonly op: "channel-scale";
}

/** The second input are the factors, one for each channel. */
export const channelScale = defineOperation<ChannelScale>({
  op: "channel-scale",
  inputs: 2,
  shape(place) {
    const image = imageOf(place, place.input);
    const factors = place.inputs[1]!;
    if (channelsOf(factors) !== image.channels || sizeOf(factors) !== image.channels)
      throw place.refuse(word("second-input", { features: image.channels }));
    return image;
  },
  reference({ tf, image, inputs }) {
    const [batch, , , channels] = image.shape;
    return tf.mul(image, tf.reshape(inputs[1]!, [batch, 1, 1, channels]));
  },
  webgpu: {
    kind: "kernels",
    forward({ context, node, inputs, x, y }) {
      const params = { c4: y.pitch / 4, pixels: y.height * y.width };
      const kernel = scaleKernel(false, context.real);
      runQuads({ context, node }, { kernel, buffers: [x, inputs[1]!, y], params, over: y });
    },
    gradient({ context, node, inputs, x, dy, into }) {
      const pass = { context, node };
      const params = { c4: dy.pitch / 4, pixels: dy.height * dy.width };
      const label = `${node.name} gradient`;
      const image = into(0);
      if (image) {
        const { value: dx, add } = image;
        const kernel = scaleKernel(add, context.real);
        runQuads(pass, { label, kernel, buffers: [dy, inputs[1]!, dx], params, over: dx });
      }
      const factor = into(1);
      if (factor) {
        const { value, add } = factor;
        const kernel = channelScaleFactor(add, context.real);
        runQuads(pass, { label, kernel, buffers: [dy, x, value], params, over: value });
      }
    },
  },
});
