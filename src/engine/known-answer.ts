import * as tf from "@tensorflow/tfjs-core";
import type { Precision } from "../core/config/types.ts";
import { AppError } from "../core/errors.ts";
import type { EngineDevice } from "./engine-device.ts";
import { answerByHand, makeQuestion, type Answer, type Question } from "./known-question.ts";
import { word } from "../core/words/index.ts";

/** Lets a device calculate what is known, through the kernels that will train on it: our own on WebGPU, TensorFlow.js'
 *  elsewhere. A broken driver computes wrongly without any error.
 *  @param precision f16 where the device has it: those are other kernels
 *  @throws AppError "gpu-wrong-result", or the device's failure */
export async function assertKnownAnswer(
  device: EngineDevice,
  precision: Precision = "f32",
): Promise<void> {
  // Rows that fill no tile evenly and as many channels as the first layer of a usual network.
  const question = makeQuestion({ batch: 2, side: 12, inputs: 16, outputs: 64, taps: 3 });
  const answer = await answerOf(device, question, precision);
  await device.settle();
  const expected = Object.entries(answerByHand(question)) as [keyof Answer, Float32Array][];
  const wrong = expected.reduce((sum, [name, values]) => sum + mistakes(answer[name], values), 0);
  if (wrong === 0) return;
  const values = expected.reduce((sum, [, { length }]) => sum + length, 0);
  throw new AppError(
    "gpu-wrong-result",
    word("wrong-answers", { adapter: device.adapter, wrong, values, precision }),
    { adapter: device.adapter, backend: device.backend, wrong, values },
  );
}

async function answerOf(
  device: EngineDevice,
  question: Question,
  precision: Precision,
): Promise<Answer> {
  if (!device.gpu) return answerOfTensors(question);
  const { answerOfKernels } = await import("./webgpu/known-answer.ts");
  return answerOfKernels(device, question, precision);
}

async function answerOfTensors(q: Question): Promise<Answer> {
  const { batch, side, inputs, outputs, taps } = q;
  const inputShape = [batch, side, side, inputs] as [number, number, number, number];
  const filterShape = [taps, taps, inputs, outputs] as [number, number, number, number];
  const answers = tf.tidy(() => {
    const x = tf.tensor4d(q.x, inputShape);
    const filter = tf.tensor4d(q.w, filterShape);
    const dy = tf.tensor4d(q.dy, [batch, side, side, outputs]);
    const y = tf.conv2d(x, filter, 1, "same");
    const same = { strides: 1, pad: "same", dataFormat: "NHWC" };
    const backwards = (name: string, of: tf.NamedTensorMap, shape: object): tf.Tensor =>
      tf.engine().runKernel(name, of, { ...same, ...shape });
    return {
      ...{ y, sums: tf.sum(y, [0, 1, 2]) },
      dx: backwards(tf.Conv2DBackpropInput, { dy, filter }, { inputShape }),
      dw: backwards(tf.Conv2DBackpropFilter, { x, dy }, { filterShape }),
    };
  });
  const read = async (tensor: tf.Tensor): Promise<Float32Array> =>
    (await tensor.data()) as Float32Array;
  try {
    const { y, sums, dx, dw } = answers;
    return { y: await read(y), sums: await read(sums), dx: await read(dx), dw: await read(dw) };
  } finally {
    tf.dispose(answers);
  }
}

/** NaN equals nothing, so it counts. */
function mistakes(actual: Float32Array, expected: Float32Array): number {
  let count = Math.abs(actual.length - expected.length);
  for (let i = 0; i < expected.length; i++) if (actual[i] !== expected[i]) count += 1;
  return count;
}
