import type { Graph } from "../../../src/engine/model/graph.ts";
import type { EngineOptions } from "../../../src/engine/network-engine.ts";
import { oracleMean, oracleStd } from "../oracle-cases.ts";
import { pseudoImages, type Deviation, type EngineFactory } from "../oracle-run.ts";
import {
  fixedState,
  readSketches,
  sketchedError,
  type NetworkEntry,
  type Sketch,
} from "./networks-fixture.ts";

/** Everything a step leaves. */
export interface NetworkStep {
  readonly loss: number;
  readonly correct: number;
  readonly evaluationLoss: number;
  readonly probabilities: Float32Array;
  /** Gradients of what is trained, running statistics after the step. */
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

/** One step at learning rate 0 from the entry's fixed weights, then an evaluation: after the first step the buffer of momentum
 *  is the gradient to the last bit, which a difference of weights is not.
 *  @param create the engine; disposed here */
export async function runNetworkStep(
  graph: Graph,
  entry: NetworkEntry,
  create: EngineFactory,
): Promise<NetworkStep> {
  const { batchSize, seed } = entry.case;
  const options: EngineOptions = {
    batchSize,
    optimizer: { name: "SGD", momentum: 0.9, nesterov: false, weightDecay: 0 },
    labelSmoothing: 0,
    augment: { cropPadding: 0, flip: false, cutout: 0 },
    mean: oracleMean,
    std: oracleStd,
    seed,
  };
  const engine = await create(graph, options);
  try {
    const images = pseudoImages(seed, batchSize);
    await engine.setTrainingSet(images);
    await engine.restore(fixedState(graph, entry));
    engine.beginEpoch(
      0,
      Uint32Array.from({ length: batchSize }, (_, i) => i),
    );
    await engine.step(0, 0);
    const { lossSum, correct } = await engine.readTotals();
    const after = await engine.snapshot();
    const evaluation = await engine.evaluate(images);
    const gradients = after.slots.get("momentum_buffer")!;
    const probabilities = await engine.predict(images.images);
    const tensors = [...after.tensors].map(
      ([name, { data }]) => [name, gradients.get(name)?.data ?? data] as const,
    );
    return {
      loss: lossSum / batchSize,
      correct,
      evaluationLoss: evaluation.loss,
      probabilities,
      tensors: new Map(tensors),
    };
  } finally {
    engine.dispose();
  }
}

/** Largest relative error of a well-conditioned quantity. */
const tolerance = 1e-4;

/** Compares a step with PyTorch's in float64.
 *  A tensor's error may be a ten-thousandth of its norm, or of a thousandth of the norm of its layer's weight gradient – a bias
 *  in front of a norm has gradient 0 – or three times that of PyTorch's own float32.
 *  @param errorOf ‖tensor − PyTorch's‖; estimated from sketches unless the whole tensors are at hand */
export function compareNetworkStep(
  step: NetworkStep,
  entry: NetworkEntry,
  errorOf: (name: string, tensor: Float32Array) => number = sketchedErrors(entry),
): readonly Deviation[] {
  const sketches = readSketches(entry);
  const { probabilities } = entry;
  const difference = probabilities.map((value, i) => step.probabilities[i]! - value);
  const relative = (value: number, expected: number): number =>
    Math.abs(value - expected) / Math.abs(expected);
  return [
    { quantity: "loss", error: relative(step.loss, entry.loss), limit: tolerance },
    { quantity: "correct", error: Math.abs(step.correct - entry.correct), limit: 0.5 },
    {
      quantity: "evaluation loss",
      error: relative(step.evaluationLoss, entry.evaluationLoss),
      limit: tolerance,
    },
    {
      quantity: "probabilities",
      error: Math.hypot(...difference) / Math.hypot(...probabilities),
      limit: tolerance,
    },
    ...[...sketches].map(([name, sketch]) => ({
      quantity: name,
      error: errorOf(name, step.tensors.get(name)!),
      limit: limitOf(name, sketch, sketches),
    })),
  ];
}

function limitOf(name: string, sketch: Sketch, sketches: ReadonlyMap<string, Sketch>): number {
  const layer = name.slice(0, name.lastIndexOf("."));
  const beside = name.includes("running") ? 0 : sketches.get(`${layer}.weight`)!.norm;
  return Math.max(tolerance * Math.max(sketch.norm, 1e-3 * beside), 3 * sketch.singleError);
}

function sketchedErrors(entry: NetworkEntry): (name: string, tensor: Float32Array) => number {
  const sketches = readSketches(entry);
  const names = entry.names.split(" ");
  return (name, tensor) =>
    sketchedError(tensor, sketches.get(name)!, entry.case.seed, names.indexOf(name));
}

/** For compareNetworkStep, from the tensors themselves. */
export function wholeErrors(
  expected: ReadonlyMap<string, Float64Array>,
): (name: string, tensor: Float32Array) => number {
  return (name, tensor) => {
    const other = expected.get(name)!;
    if (tensor.length !== other.length) throw new RangeError(`${name}: another length`);
    return Math.sqrt(tensor.reduce((sum, value, i) => sum + (value - other[i]!) ** 2, 0));
  };
}
