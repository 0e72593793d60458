import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Graph } from "../../src/engine/model/graph.ts";
import { elementCount, weightSpecs } from "../../src/engine/model/weights.ts";
import type {
  ImageSet,
  NamedTensor,
  NetworkEngine,
  NetworkOptions,
  NetworkState,
} from "../../src/engine/network-engine.ts";
import { drawUint32 } from "../../src/engine/training/augment.ts";
import { oracleCases, oracleMean, oracleStd, type OracleCase } from "./oracle-cases.ts";

interface Encoded {
  readonly shape: readonly number[];
  readonly base64: string;
}

/** What PyTorch in float64 got; written by test/fixtures/pytorch/make_fixtures.py. */
interface Expected {
  readonly name: string;
  readonly lossSum: number;
  readonly correct: number;
  readonly evaluation: { readonly loss: number; readonly accuracy: number };
  readonly gradients: Readonly<Record<string, Encoded>>;
  readonly tensors: Readonly<Record<string, Encoded>>;
}

export type EngineFactory = (graph: Graph, options: NetworkOptions) => Promise<NetworkEngine>;

export interface OracleTolerance {
  readonly gradient: number;
  readonly parameters: number;
}
export const f32Tolerance: OracleTolerance = { gradient: 1e-4, parameters: 1e-3 };

const fixture = new URL("../fixtures/pytorch/engine.json", import.meta.url);

/** Holds an engine against PyTorch: every layer, whole steps, ten steps of every optimizer. One test per case.
 *  @param create called once per case; the suite disposes the engine */
export function describeEngineOracle(
  title: string,
  create: EngineFactory,
  tolerance: OracleTolerance = f32Tolerance,
): void {
  const { cases } = JSON.parse(readFileSync(fixture, "utf8")) as { cases: readonly Expected[] };
  describe(`${title} agrees with PyTorch float64`, () => {
    test("the fixture has every case", () => {
      expect(cases.map((entry) => entry.name)).toEqual(oracleCases.map((entry) => entry.name));
    });
    oracleCases.forEach((oracle, index) =>
      test(oracle.name, () => check(oracle, cases[index]!, create, tolerance)),
    );
  });
}

async function check(
  oracle: OracleCase,
  expected: Expected,
  create: EngineFactory,
  tolerance: OracleTolerance,
): Promise<void> {
  const engine = await create(oracle.graph, optionsOf(oracle));
  try {
    const initial = pseudoState(oracle.graph, oracle.seed);
    const images = pseudoImages(oracle.seed, oracle.batchSize * oracle.steps);
    await engine.setTrainingSet(images);
    await engine.restore(initial);
    engine.beginEpoch(
      3,
      new Uint32Array(images.labels.length).map((_, i, all) => all.length - 1 - i),
    );
    for (let step = 0; step < oracle.steps; step++) await engine.step(step, oracle.learningRate);
    const totals = await engine.readTotals();
    expect(totals.images).toBe(images.labels.length);
    expect(relative(totals.lossSum, expected.lossSum), "loss sum").toBeLessThan(tolerance.gradient);
    expect(totals.correct, "correct").toBe(expected.correct);

    const after = await engine.snapshot();
    expect(after.steps).toBe(oracle.steps);
    for (const [name, gradient] of Object.entries(expected.gradients)) {
      const observed = observedGradient(initial, after, name, oracle.learningRate);
      expect(relativeL2(observed, decode(gradient)), `gradient of ${name}`).toBeLessThan(
        tolerance.gradient,
      );
    }
    for (const [name, tensor] of Object.entries(expected.tensors)) {
      const error = relativeL2(after.tensors.get(name)!.data, decode(tensor));
      expect(error, `${name} after ${oracle.steps} steps`).toBeLessThan(tolerance.parameters);
    }
    const evaluation = await engine.evaluate(images);
    expect(relative(evaluation.loss, expected.evaluation.loss), "evaluation loss").toBeLessThan(
      tolerance.parameters,
    );
    expect(evaluation.accuracy).toBeCloseTo(expected.evaluation.accuracy, 6);
  } finally {
    engine.dispose();
  }
}

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

export function optionsOf(oracle: OracleCase): NetworkOptions {
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
export function pseudoImages(seed: number, count: number): ImageSet {
  const images = new Uint8Array(count * 3072);
  for (let image = 0; image < count; image++)
    for (let i = 0; i < 3072; i++)
      images[image * 3072 + i] = drawUint32(seed, image, i, 101) >>> 24;
  const labels = Uint8Array.from({ length: count }, (_, i) => drawUint32(seed, i, 0, 102) % 10);
  return { images, labels };
}

function decode({ base64 }: Encoded): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
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

const relative = (a: number, b: number): number => Math.abs(a - b) / Math.abs(b);
