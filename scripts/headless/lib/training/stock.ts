import * as tf from "@tensorflow/tfjs";
import type { Contender, ContenderFactory } from "./contender.ts";
import { benchImages } from "./images.ts";

/** What a TensorFlow.js user writes: the layers API and its own momentum optimizer, on tensors that are already on the device
 *  (its input pipeline is not measured). `minimize` rather than `trainOnBatch`, which reads the loss back after every step. */
export const stock: ContenderFactory = async (_, { width, batch }): Promise<Contender> => {
  const model = resnet18(width);
  const optimizer = tf.train.momentum(0.01, 0.9);
  const { images, labels } = benchImages(batch);
  const planes = tf.tensor4d(
    Float32Array.from(images, (byte) => byte / 127.5 - 1),
    [batch, 3, 32, 32],
  );
  const x = tf.transpose(planes, [0, 2, 3, 1]);
  const y = tf.oneHot(tf.tensor1d(Int32Array.from(labels), "int32"), 10);
  planes.dispose();
  let loss: tf.Scalar | null = null;
  const cost = (): tf.Scalar => {
    const logits = model.apply(x, { training: true }) as tf.Tensor;
    return tf.losses.softmaxCrossEntropy(y, logits);
  };
  return {
    async step() {
      loss?.dispose();
      loss = optimizer.minimize(cost, true);
    },
    async finish() {
      return (await loss!.data())[0]!;
    },
    dispose() {
      loss?.dispose();
      optimizer.dispose();
      tf.dispose([x, y]);
      model.dispose();
    },
  };
};

function resnet18(width: number): tf.LayersModel {
  const input = tf.input({ shape: [32, 32, 3] });
  let x = relu(convBatchNorm(input, width, 3, 1));
  let channels = width;
  [1, 2, 4, 8].forEach((factor, stage) => {
    for (let block = 0; block < 2; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const out = width * factor;
      const branch = convBatchNorm(relu(convBatchNorm(x, out, 3, stride)), out, 3, 1);
      const shortcut = stride === 1 && channels === out ? x : convBatchNorm(x, out, 1, stride);
      x = relu(tf.layers.add().apply([branch, shortcut]) as tf.SymbolicTensor);
      channels = out;
    }
  });
  const pooled = tf.layers.globalAveragePooling2d({}).apply(x);
  const logits = tf.layers.dense({ units: 10 }).apply(pooled) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: logits });
}

function convBatchNorm(
  x: tf.SymbolicTensor,
  filters: number,
  kernelSize: number,
  strides: number,
): tf.SymbolicTensor {
  const conv = tf.layers.conv2d({ filters, kernelSize, strides, padding: "same", useBias: false });
  const norm = tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5 });
  return norm.apply(conv.apply(x)) as tf.SymbolicTensor;
}

const relu = (x: tf.SymbolicTensor): tf.SymbolicTensor =>
  tf.layers.reLU().apply(x) as tf.SymbolicTensor;
