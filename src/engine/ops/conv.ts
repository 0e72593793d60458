import type * as tf from "@tensorflow/tfjs-core";
import { channelsOf, sizeOf, type AnyNode, type Pair, type Window } from "../model/node.ts";
import { defineOperation, type Library, type Place } from "./operation.ts";
import { explicit, padded } from "./padding.ts";
import { slide } from "./shapes.ts";
import { weightAndBias } from "./weight-and-bias.ts";
import { word } from "../../core/words/index.ts";

/** A convolution: plain, grouped, or – with as many groups as channels – depthwise; all of them dilated or not. */
export interface Conv extends AnyNode, Window {
  readonly op: "conv";
  /** Distance of the filter's taps; 1 is a filter without gaps. */
  readonly dilation: Pair;
  readonly outChannels: number;
  readonly groups: number;
  readonly bias: boolean;
}

/** On WebGPU a matrix product where it is dense, kernels of its own where it is grouped or dilated. */
export const conv = defineOperation<Conv>({
  op: "conv",
  shape(place) {
    const { node, refuse } = place;
    const { channels: inputs, ...image } = slide(place, place.node.dilation);
    const { outChannels, groups } = node;
    if (outChannels < 1 || inputs % groups !== 0 || outChannels % groups !== 0)
      throw refuse(word("channel-groups", { inputs, outputs: outChannels, groups }));
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
    const filter = dilated(tf, weight("weight") as tf.Tensor4D, node.dilation);
    const y = convolved(tf, node, image, filter);
    return node.bias ? tf.add(y, weight("bias")) : y;
  },
  webgpu: {
    kind: "convolution",
    geometry: (node) => node,
  },
});

/** Input channels that an output sees. */
const groupInputs = ({ node, input }: Place<Conv>): number => channelsOf(input) / node.groups;

/** A filter [h, w, in/groups, out] with zeros between its taps: TensorFlow.js has no gradient of dilated convolutions. */
function dilated(library: Library, filter: tf.Tensor4D, [dh, dw]: Pair): tf.Tensor4D {
  if (dh === 1 && dw === 1) return filter;
  const [h, w, inputs, outputs] = filter.shape;
  const channels = inputs * outputs;
  const rows = spread(library, library.reshape(filter, [h, w * channels]), dh);
  const tall = rows.shape[0];
  // [tall, w, channels] -> [w, tall · channels] and back
  const byColumn = library.transpose(library.reshape(rows, [tall, w, channels]), [1, 0, 2]);
  const columns = spread(library, library.reshape(byColumn, [w, tall * channels]), dw);
  const wide = columns.shape[0];
  const byRow = library.transpose(library.reshape(columns, [wide, tall, channels]), [1, 0, 2]);
  return library.reshape(byRow, [tall, wide, inputs, outputs]);
}

/** [n, k] -> [(n - 1) · step + 1, k], zeros between the rows. */
function spread(library: Library, rows: tf.Tensor2D, step: number): tf.Tensor2D {
  const [n, k] = rows.shape;
  if (step === 1 || n === 1) return rows;
  const gaps = library.pad(library.reshape(rows, [n, 1, k]), [
    [0, 0],
    [0, step - 1],
    [0, 0],
  ]);
  return library.slice(
    library.reshape(gaps, [n * step, k]) as tf.Tensor2D,
    [0, 0],
    [(n - 1) * step + 1, k],
  );
}

function convolved(library: Library, node: Conv, x: tf.Tensor4D, filter: tf.Tensor4D): tf.Tensor4D {
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
