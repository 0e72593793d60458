import type { Graph } from "../../src/engine/model/graph.ts";
import { elementCount, weightSpecs } from "../../src/engine/model/weights.ts";
import type {
  ImageSet,
  NamedTensor,
  NetworkEngine,
  EngineOptions,
  NetworkState,
} from "../../src/engine/network-engine.ts";
import { imageBytes, type DatasetShape } from "../../src/engine/dataset-shape.ts";
import { drawUint32 } from "../../src/engine/training/augment.ts";
import { oracleMean, oracleStd, type OracleCase } from "./oracle-cases.ts";

/** Of the images that PyTorch was given. */
export const oracleShape: DatasetShape = {
  ...{ height: 32, width: 32, channels: 3, mean: oracleMean, std: oracleStd },
  classes: Array.from({ length: 10 }, (_, label) => `class ${label}`),
};

interface Encoded {
  readonly shape: readonly number[];
  readonly base64: string;
}

/** What PyTorch in float64 got; written by test/fixtures/pytorch/make_fixtures.py. */
export interface Expected {
  readonly name: string;
  readonly lossSum: number;
  readonly correct: number;
  readonly evaluation: { readonly loss: number; readonly accuracy: number };
  readonly gradients: Readonly<Record<string, Encoded>>;
  readonly tensors: Readonly<Record<string, Encoded>>;
}

export type EngineFactory = (graph: Graph, options: EngineOptions) => Promise<NetworkEngine>;

export interface OracleTolerance {
  readonly gradient: number;
  readonly parameters: number;
}
export const f32Tolerance: OracleTolerance = { gradient: 1e-4, parameters: 1e-3 };

/** How far one quantity is from PyTorch's. */
export interface Deviation {
  readonly quantity: string;
  /** Relative error; for counts the difference. */
  readonly error: number;
  /** Must be below this. */
  readonly limit: number;
}

/** Trains one case and compares everything that can be observed: loss, count of correct answers, gradients (one step) or
 *  parameters (many), running statistics, evaluation. Runs in Node and in a browser. */
export async function runOracleCase(
  oracle: OracleCase,
  expected: Expected,
  create: EngineFactory,
  tolerance: OracleTolerance = f32Tolerance,
): Promise<readonly Deviation[]> {
  const engine = await create(oracle.graph, optionsOf(oracle));
  try {
    const initial = pseudoState(oracle.graph, oracle.seed);
    const images = pseudoImages(oracle.seed, oracle.batchSize * oracle.steps);
    await engine.setTrainingSet(images);
    await engine.restore(initial);
    const count = images.labels.length;
    engine.beginEpoch(
      3,
      Uint32Array.from({ length: count }, (_, i) => count - 1 - i),
    );
    for (let step = 0; step < oracle.steps; step++) await engine.step(step, oracle.learningRate);
    const totals = await engine.readTotals();
    const after = await engine.snapshot();
    const evaluation = await engine.evaluate(images);
    const { gradient, parameters } = tolerance;
    const deviations: Deviation[] = [
      exact("images", totals.images, count),
      exact("steps", after.steps, oracle.steps),
      exact("correct", totals.correct, expected.correct),
      close("loss sum", totals.lossSum, expected.lossSum, gradient),
      close("evaluation loss", evaluation.loss, expected.evaluation.loss, parameters),
      exact(
        "evaluation accuracy",
        evaluation.accuracy * count,
        expected.evaluation.accuracy * count,
      ),
    ];
    for (const [name, encoded] of Object.entries(expected.gradients)) {
      const observed = observedGradient(initial, after, name, oracle.learningRate);
      const error = relativeL2(observed, decode(encoded));
      deviations.push({ quantity: `gradient of ${name}`, error, limit: gradient });
    }
    for (const [name, encoded] of Object.entries(expected.tensors)) {
      const error = relativeL2(after.tensors.get(name)!.data, decode(encoded));
      deviations.push({ quantity: name, error, limit: parameters });
    }
    return deviations;
  } finally {
    engine.dispose();
  }
}

/** Those that are not below their limit; NaN is not. */
export const violations = (deviations: readonly Deviation[]): readonly Deviation[] =>
  deviations.filter(({ error, limit }) => !(error < limit));

const exact = (quantity: string, value: number, expected: number): Deviation => ({
  quantity,
  error: Math.abs(value - expected),
  limit: 1e-3,
});

const close = (quantity: string, value: number, expected: number, limit: number): Deviation => ({
  quantity,
  error: Math.abs(value - expected) / Math.abs(expected),
  limit,
});

/** After one step of plain SGD from `before`, the gradient is (before - after) / learningRate. */
export function observedGradient(
  before: NetworkState,
  after: NetworkState,
  name: string,
  learningRate: number,
): Float32Array {
  const [a, b] = [before.tensors.get(name)!.data, after.tensors.get(name)!.data];
  return a.map((value, i) => (value - b[i]!) / learningRate);
}

export function optionsOf(oracle: OracleCase): EngineOptions {
  const { batchSize, optimizer, labelSmoothing, augment, seed } = oracle;
  return { batchSize, optimizer, labelSmoothing, augment, seed, mean: oracleMean, std: oracleStd };
}

/** Weights from the counter-based generator; the same numbers as pseudo_weights in graph_net.py. */
export function pseudoState(graph: Graph, seed: number): NetworkState {
  const tensors = new Map<string, NamedTensor>();
  weightSpecs(graph).forEach((spec, index) => {
    const data = Float32Array.from({ length: elementCount(spec.shape) }, (_, i) => {
      const u = drawUint32(seed, index, i, 100) / 4294967296;
      if (spec.role === "weight" || spec.role === "bias")
        return (2 * u - 1) / Math.sqrt(spec.fanIn);
      return spec.role === "gamma" || spec.role === "running-var" ? u + 0.5 : u - 0.5;
    });
    tensors.set(spec.name, { shape: spec.shape, data });
  });
  return { tensors, slots: new Map(), steps: 0 };
}

/** Images and labels from the counter-based generator; the same bytes as in make_fixtures.py. */
export function pseudoImages(
  seed: number,
  count: number,
  shape: DatasetShape = oracleShape,
): ImageSet {
  const size = imageBytes(shape);
  const images = new Uint8Array(count * size);
  for (let image = 0; image < count; image++)
    for (let i = 0; i < size; i++)
      images[image * size + i] = drawUint32(seed, image, i, 101) >>> 24;
  const classes = shape.classes.length;
  const labels = Uint8Array.from(
    { length: count },
    (_, i) => drawUint32(seed, i, 0, 102) % classes,
  );
  return { images, labels, shape };
}

function decode({ base64 }: Encoded): Float32Array {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

/** ‖a − b‖ / ‖b‖ */
export function relativeL2(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length)
    throw new RangeError(`relativeL2: lengths ${a.length} and ${b.length}`);
  let [difference, norm] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return Math.sqrt(difference / norm);
}
