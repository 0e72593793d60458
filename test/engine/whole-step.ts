import type { Rng } from "../../src/core/math/rng.ts";
import type { Graph } from "../../src/engine/model/graph.ts";
import { weightSpecs } from "../../src/engine/model/weights.ts";
import type { ImageSet, EngineOptions, NetworkState } from "../../src/engine/network-engine.ts";
import { violations, type Deviation, type EngineFactory } from "./oracle-run.ts";

/** One training step from given weights. */
export interface StepProblem {
  readonly graph: Graph;
  /** With SGD and momentum: after one step the momentum buffer is the gradient, to the last bit. */
  readonly options: EngineOptions;
  readonly state: NetworkState;
  /** As many images as the batch has. */
  readonly images: ImageSet;
  readonly learningRate: number;
}

/** Everything a step leaves behind, by name. */
export type StepResult = ReadonlyMap<string, ArrayLike<number>>;

/** Trains one step and evaluates. @param create the suite's engine; disposed here */
export async function wholeStep(
  { graph, options, state, images, learningRate }: StepProblem,
  create: EngineFactory,
): Promise<StepResult> {
  const engine = await create(graph, options);
  try {
    await engine.setTrainingSet(images);
    await engine.restore(state);
    const order = Uint32Array.from(images.labels, (_, i) => images.labels.length - 1 - i);
    engine.beginEpoch(2, order);
    await engine.step(0, learningRate);
    const { lossSum } = await engine.readTotals();
    const after = await engine.snapshot();
    const evaluation = await engine.evaluate(images);
    const gradients = after.slots.get("momentum_buffer")!;
    return new Map<string, ArrayLike<number>>([
      ["loss", [lossSum]],
      ["evaluation loss", [evaluation.loss]],
      ...[...gradients].map(([name, { data }]) => [`gradient of ${name}`, data] as const),
      ...[...after.tensors].map(([name, { data }]) => [name, data] as const),
    ]);
  } finally {
    engine.dispose();
  }
}

/** How exactly a number format computes. */
export interface Precision {
  /** Largest relative error of a well-conditioned quantity. */
  readonly tolerance: number;
  /** Relative error of a product and its sum; weights are moved by as much to see what a network makes of it. */
  readonly rounding: number;
}

export const precisions: Readonly<Record<"f32" | "f16", Precision>> = {
  // The largest error of a convolution in f32 seen against float64 is a few millionths.
  f32: { tolerance: 1e-4, rounding: 1e-6 },
  f16: { tolerance: 1e-2, rounding: 2 ** -11 },
};

/** Times what moving all weights by one rounding does: a network rounds every activation and every gradient too, and errors of
 *  some twenty layers and as many gradients add up to a few single ones. */
const allowance = 8;

/** Compares a step of an engine with the reference engine's.
 *  Some quantities are the small rest of large numbers that cancel, and a relative error says nothing of them. What may be
 *  expected is measured then: `sensitivity` is how far the reference's own result moves when its weights are moved by one
 *  rounding. The limit is the format's tolerance, or a few times the sensitivity where that is more. */
export async function compareStep(
  problem: StepProblem,
  reference: EngineFactory,
  tested: EngineFactory,
  precision: Precision,
  rng: Rng,
): Promise<readonly Deviation[]> {
  const { tolerance, rounding } = precision;
  const expected = await wholeStep(problem, reference);
  const observed = await wholeStep(problem, tested);
  const deviations = [...expected.keys()].map((quantity) => ({
    quantity,
    error: distance(observed, expected, quantity, precision),
    limit: tolerance,
  }));
  if (violations(deviations).length === 0) return deviations;
  const moved: StepResult[] = [];
  for (let i = 0; i < 2; i++)
    moved.push(await wholeStep({ ...problem, state: shaken(problem, rounding, rng) }, reference));
  return deviations.map(({ quantity, error, limit }) => {
    const moves = moved.map((result) => distance(result, expected, quantity, precision));
    const sensitivity = Math.max(...moves);
    return { quantity, error, limit: Math.max(limit, allowance * sensitivity) };
  });
}

/** How far a quantity is from what was expected, relative to its size. Gradients may be zero by mathematics – of a bias or a
 *  norm's scale in front of a norm, of everything in front of a norm that is pooled – and are held against those beside them in
 *  their layer where these are larger per value, and never against less than what makes one rounding of the network's largest
 *  gradient the tolerance. */
function distance(
  observed: StepResult,
  expected: StepResult,
  quantity: string,
  { tolerance, rounding }: Precision,
): number {
  const [a, b] = [observed.get(quantity)!, expected.get(quantity)!];
  const difference = rootMeanSquare(a, b);
  if (difference === 0) return 0;
  if (!quantity.startsWith("gradient")) return difference / rootMeanSquare(b);
  const sizes = [...expected].flatMap(([name, values]) =>
    name.startsWith("gradient") ? [rootMeanSquare(values)] : [],
  );
  const beside = companion(expected, quantity);
  const own = Math.max(rootMeanSquare(b), beside ? rootMeanSquare(beside) : 0);
  return difference / Math.max(own, (Math.max(...sizes) * rounding) / tolerance);
}

/** A bias' weight, a norm scale's shift. */
function companion(result: StepResult, quantity: string): ArrayLike<number> | undefined {
  const layer = quantity.replace(/\.(weight|bias)$/, "");
  if (quantity.endsWith(".bias")) return result.get(`${layer}.weight`);
  const isNorm = result.has(`${layer.replace("gradient of ", "")}.running_mean`);
  return isNorm ? result.get(`${layer}.bias`) : undefined;
}

function rootMeanSquare(a: ArrayLike<number>, minus?: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - (minus?.[i] ?? 0)) ** 2;
  return Math.sqrt(sum / a.length);
}

/** Trainable weights, each moved up or down by a relative error of `rounding`. */
function shaken({ graph, state }: StepProblem, rounding: number, rng: Rng): NetworkState {
  const trainable = new Set(
    weightSpecs(graph).flatMap((spec) => (spec.trainable ? [spec.name] : [])),
  );
  const tensors = [...state.tensors].map(([name, { shape, data }]) => {
    const move = (value: number): number => value * (1 + (rng.int(2) ? rounding : -rounding));
    return [name, { shape, data: trainable.has(name) ? data.map(move) : data }] as const;
  });
  return { ...state, tensors: new Map(tensors) };
}
