import { init, defaultDevice, jit, lax, nn, numpy as np, tree, valueAndGrad } from "@jax-js/jax";
import { createRng } from "../../../../src/core/math/rng.ts";
import type { Contender, ContenderFactory } from "./contender.ts";
import { benchImages } from "./images.ts";

/** Three arrays per convolution - filter [out, in, k, k], scale and shift [1, out, 1, 1] -, then the matrix and the bias. */
type Weights = np.Array[];

/** What a jax-js user writes: the whole step, momentum update included, as one jitted function. It has no batch norm, so that is
 *  spelled out; there are no running statistics, which spares it a little work. */
export const jaxJs: ContenderFactory = async (_, { width, batch }): Promise<Contender> => {
  await init("webgpu");
  defaultDevice("webgpu");
  const { images, labels } = benchImages(batch);
  const pixels = Float32Array.from(images, (byte) => byte / 127.5 - 1);
  const x = np.array(pixels).reshape([batch, 3, 32, 32]);
  const truth = np.array(Int32Array.from(labels), { dtype: np.int32 });
  const y = nn.oneHot(truth, 10);
  let weights = initialWeights(width);
  let velocity = weights.map((w) => np.zerosLike(w.ref));
  let loss: np.Array | null = null;

  const update = jit((w: Weights, v: Weights, images: np.Array, target: np.Array) => {
    const cost = (p: Weights): np.Array => crossEntropy(width, p, images.ref, target.ref);
    const [value, gradient] = valueAndGrad(cost)(w.map((one) => one.ref)) as [np.Array, Weights];
    const nextV = v.map((one, i) => one.mul(0.9).add(gradient[i]!));
    const nextW = w.map((one, i) => one.sub(nextV[i]!.ref.mul(0.01)));
    images.dispose();
    target.dispose();
    return [nextW, nextV, value] as [Weights, Weights, np.Array];
  });
  return {
    async step() {
      loss?.dispose();
      [weights, velocity, loss] = update(weights, velocity, x.ref, y.ref) as [
        Weights,
        Weights,
        np.Array,
      ];
      // Its own advice against queues that grow.
      await loss.blockUntilReady();
    },
    async finish() {
      return ((await loss!.ref.data()) as Float32Array)[0]!;
    },
    dispose() {
      loss?.dispose();
      tree.dispose(weights);
      tree.dispose(velocity);
      x.dispose();
      y.dispose();
      update.dispose();
    },
  };
};

function crossEntropy(width: number, weights: Weights, x: np.Array, y: np.Array): np.Array {
  let next = 0;
  const convNorm = (input: np.Array, stride: number, side: number): np.Array => {
    const pad = (side - 1) / 2;
    const [filter, scale, shift] = weights.slice(next, (next += 3)) as [
      np.Array,
      np.Array,
      np.Array,
    ];
    const padding: [number, number][] = [
      [pad, pad],
      [pad, pad],
    ];
    const z = lax.conv(input, filter, [stride, stride], padding);
    const centred = z.ref.sub(np.mean(z, [0, 2, 3], { keepdims: true }));
    const variance = np.mean(np.square(centred.ref), [0, 2, 3], { keepdims: true });
    return centred
      .div(np.sqrt(variance.add(1e-5)))
      .mul(scale)
      .add(shift);
  };
  let a = nn.relu(convNorm(x, 1, 3));
  let channels = width;
  for (const { out, stride } of blocks(width)) {
    const project = stride !== 1 || channels !== out;
    const branch = convNorm(nn.relu(convNorm(a.ref, stride, 3)), 1, 3);
    a = nn.relu(branch.add(project ? convNorm(a, stride, 1) : a));
    channels = out;
  }
  const pooled = np.mean(a, [2, 3]);
  const scores = np.matmul(pooled, weights[next]!).add(weights[next + 1]!);
  const perImage = np.sum(nn.logSoftmax(scores).mul(y), 1);
  return np.mean(perImage).mul(-1);
}

const blocks = (width: number): readonly { readonly out: number; readonly stride: number }[] =>
  [1, 2, 4, 8].flatMap((factor, stage) =>
    [0, 1].map((block) => ({ out: width * factor, stride: stage > 0 && block === 0 ? 2 : 1 })),
  );

function initialWeights(width: number): Weights {
  const rng = createRng("jax");
  const uniform = (shape: number[], fanIn: number): np.Array => {
    const count = shape.reduce((a, b) => a * b, 1);
    const bound = 1 / Math.sqrt(fanIn);
    const values = Float32Array.from({ length: count }, () => (2 * rng.next() - 1) * bound);
    return np.array(values).reshape(shape);
  };
  const weights: Weights = [];
  const conv = (inputs: number, out: number, side: number): void => {
    weights.push(
      uniform([out, inputs, side, side], inputs * side * side),
      np.ones([1, out, 1, 1]),
      np.zeros([1, out, 1, 1]),
    );
  };
  conv(3, width, 3);
  let channels = width;
  for (const { out, stride } of blocks(width)) {
    conv(channels, out, 3);
    conv(out, out, 3);
    if (stride !== 1 || channels !== out) conv(channels, out, 1);
    channels = out;
  }
  return [...weights, uniform([channels, 10], channels), np.zeros([10])];
}
