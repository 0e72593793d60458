import type * as tf from "@tensorflow/tfjs-core";
import { channelsOf, sizeOf, type AnyNode, type Window } from "../model/node.ts";
import { defineOperation, type Place } from "./operation.ts";
import { explicit, padded } from "./padding.ts";
import { slide } from "./shapes.ts";
import { weightAndBias } from "./weight-and-bias.ts";

/** A convolution: plain, grouped, or – with as many groups as channels – depthwise. */
export interface Conv extends AnyNode, Window {
  readonly op: "conv";
  readonly outChannels: number;
  readonly groups: number;
  readonly bias: boolean;
}

export const conv = defineOperation<Conv>({
  op: "conv",
  shape(place) {
    const { node, refuse } = place;
    const { channels: inputs, ...image } = slide(place);
    const { outChannels, groups } = node;
    if (outChannels < 1 || inputs % groups !== 0 || outChannels % groups !== 0)
      throw refuse(`${inputs} -> ${outChannels} channels in ${groups} groups`);
    return { ...image, channels: outChannels };
  },
  weights(place) {
    const { outChannels, kernel, bias } = place.node;
    const inputs = groupInputs(place);
    return weightAndBias([outChannels, inputs, ...kernel], bias, inputs * kernel[0] * kernel[1]);
  },
  macs(place) {
    const { kernel } = place.node;
    return sizeOf(place.output) * groupInputs(place) * kernel[0] * kernel[1];
  },
  reference({ tf, node, image, weight }) {
    const y = convolved(tf, node, image, weight("weight") as tf.Tensor4D);
    return node.bias ? tf.add(y, weight("bias")) : y;
  },
  webgpu: {
    kind: "convolution",
    geometry: ({ kernel, stride, padding, groups }) => ({
      ...{ kernel, stride, padding, groups },
      dilation: [1, 1],
    }),
  },
});

/** Input channels that an output sees. */
const groupInputs = ({ node, input }: Place<Conv>): number => channelsOf(input) / node.groups;

function convolved(
  library: typeof tf,
  node: Conv,
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
): tf.Tensor4D {
  const stride = [...node.stride] as [number, number];
  if (node.groups === 1) return library.conv2d(x, filter, stride, explicit(node.padding));
  // TensorFlow.js' depthwise kernels want equal strides.
  if (node.groups === x.shape[3] && stride[0] === stride[1]) {
    // [h, w, 1, channels * multiplier]: the outputs of one channel lie together, as TensorFlow wants them.
    const [h, w] = filter.shape;
    const multiplier = node.outChannels / node.groups;
    const depthwise = library.reshape(filter, [h, w, node.groups, multiplier]) as tf.Tensor4D;
    return library.depthwiseConv2d(padded(library, x, node.padding), depthwise, stride, "valid");
  }
  const inputs = library.split(x, node.groups, 3) as tf.Tensor4D[];
  const filters = library.split(filter, node.groups, 3) as tf.Tensor4D[];
  const outputs = inputs.map((part, group) =>
    library.conv2d(part, filters[group]!, stride, explicit(node.padding)),
  );
  return library.concat(outputs, 3);
}
