import * as tf from "@tensorflow/tfjs-core";
import { AppError } from "../core/errors.ts";
import type { EngineDevice } from "./engine-device.ts";
import { answerByHand, makeQuestion, type Answer, type Question } from "./known-question.ts";

/** Lets a device calculate what is known, through the kernels that will train on it: our own on WebGPU, TensorFlow.js'
 *  elsewhere. A broken driver computes wrongly without any error.
 *  @throws AppError "gpu-wrong-result", or the device's failure */
export async function assertKnownAnswer(device: EngineDevice): Promise<void> {
  // Rows that fill no tile evenly and as many channels as the first layer of a usual network.
  const question = makeQuestion({ batch: 2, side: 12, inputs: 16, outputs: 64, taps: 3 });
  const answer = await answerOf(device, question);
  await device.settle();
  const expected = answerByHand(question);
  const wrong = mistakes(answer.y, expected.y) + mistakes(answer.sums, expected.sums);
  if (wrong === 0) return;
  const values = expected.y.length + expected.sums.length;
  throw new AppError(
    "gpu-wrong-result",
    `${device.adapter} calculated ${wrong} of ${values} known values wrongly.`,
    { adapter: device.adapter, backend: device.backend, wrong, values },
  );
}

async function answerOf(device: EngineDevice, question: Question): Promise<Answer> {
  if (!device.gpu) return answerOfTensors(question);
  const { answerOfKernels } = await import("./webgpu/known-answer.ts");
  return answerOfKernels(device, question);
}

async function answerOfTensors(q: Question): Promise<Answer> {
  const { batch, side, inputs, outputs, taps } = q;
  const [y, sums] = tf.tidy(() => {
    const image = tf.tensor4d(q.x, [batch, side, side, inputs]);
    const result = tf.conv2d(image, tf.tensor4d(q.w, [taps, taps, inputs, outputs]), 1, "same");
    return [result, tf.sum(result, [0, 1, 2])] as const;
  }) as unknown as [tf.Tensor, tf.Tensor];
  try {
    return { y: (await y.data()) as Float32Array, sums: (await sums.data()) as Float32Array };
  } finally {
    tf.dispose([y, sums]);
  }
}

/** NaN equals nothing, so it counts. */
function mistakes(actual: Float32Array, expected: Float32Array): number {
  let count = Math.abs(actual.length - expected.length);
  for (let i = 0; i < expected.length; i++) if (actual[i] !== expected[i]) count += 1;
  return count;
}
