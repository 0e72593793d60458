import type { Trial } from "../../trial.ts";
import {
  earlyStoppedTrials,
  succeededTrials,
  toLoss,
  type Observation,
} from "../common/observations.ts";
import type { OptimizeMode } from "../contract/tuner.ts";
import type { Encoding } from "./encoding.ts";
import { representative, subset, type TrainingSet } from "./fit-model.ts";

/** What the model knows, and how to read its outputs. */
export interface Training {
  readonly set: TrainingSet;
  /** Latent point of every observation. */
  readonly latents: readonly Float64Array[];
  /** True for observations of a whole training. */
  readonly complete: readonly boolean[];
  /** The loss that an output stands for. */
  readonly lossOf: (output: number) => number;
  /** A unit of the output in losses, for those of the better half. */
  readonly spread: number;
}

/** An observation with the variance that its fidelity leaves open, in squared loss. */
interface Target {
  readonly trial: Trial;
  readonly loss: number;
  readonly variance: number;
  readonly complete: boolean;
}

/** Collects what can be learned from a history; null when there is nothing.
 *  @param largest at most this many observations: the best half and a spread of the others */
export function collectTraining(
  encoding: Encoding,
  history: readonly Trial[],
  mode: OptimizeMode,
  options: { useEarlyStopped: boolean; largest: number },
): Training | null {
  const finished = succeededTrials(history, mode);
  const stopped = options.useEarlyStopped ? earlyStoppedTrials(history, mode) : [];
  const targets: Target[] = [
    ...finished.map(({ trial, loss }) => ({ trial, loss, variance: 0, complete: true })),
    ...extrapolate(stopped, finished, mode),
  ].sort((a, b) => a.trial.number - b.trial.number);
  const encoded = targets.flatMap((target) => {
    const x = encoding.encode(target.trial.parameters);
    return x === null ? [] : [{ ...target, x }];
  });
  if (encoded.length === 0) return null;

  const { dims } = encoding;
  const count = encoded.length;
  const ceiling = outlierCeiling(encoded.map(({ loss }) => loss));
  const capped = encoded.map(({ loss }) => Math.min(loss, ceiling));
  const scale = lossScale(capped);
  const losses = capped.map(scale.compress);
  const center = losses.reduce((sum, loss) => sum + loss / count, 0);
  const variance = losses.reduce((sum, loss) => sum + (loss - center) ** 2 / count, 0);
  const spread = Math.sqrt(variance) > 1e-12 * Math.abs(center) ? Math.sqrt(variance) : 1;
  const values = new Float64Array(count * dims);
  encoded.forEach(({ x }, i) => encoding.canonical(x, values.subarray(i * dims, (i + 1) * dims)));
  const whole: TrainingSet = {
    points: { count, dims, values, categorical: encoding.categorical },
    y: Float64Array.from(losses, (loss) => (loss - center) / spread),
    extraNoise: encoded.every((target) => target.variance === 0)
      ? null
      : Float64Array.from(encoded, (target) => target.variance / spread ** 2),
  };
  const kept =
    count > options.largest
      ? representative(whole.y, options.largest)
      : encoded.map((_, index) => index);
  return {
    set: count > options.largest ? subset(whole, kept) : whole,
    latents: kept.map((i) => encoded[i]!.x),
    complete: kept.map((i) => encoded[i]!.complete),
    lossOf: (output) => scale.expand(center + spread * output),
    spread,
  };
}

interface LossScale {
  readonly compress: (loss: number) => number;
  readonly expand: (compressed: number) => number;
}

/** Losses worse than the median count by their logarithm, with the same slope there: how bad the bad ones are must not
 *  drown the differences among the good ones. Neither the unit nor the offset of the metric matters. */
function lossScale(losses: readonly number[]): LossScale {
  const sorted = [...losses].sort((a, b) => a - b);
  const best = sorted[0]!;
  const reach = sorted[sorted.length >> 1]! - best;
  if (!(reach > 0)) return { compress: (loss) => loss, expand: (compressed) => compressed };
  return {
    compress: (loss) =>
      loss - best <= reach ? loss : best + reach * (1 + Math.log((loss - best) / reach)),
    expand: (compressed) =>
      compressed - best <= reach
        ? compressed
        : best + reach * Math.exp((compressed - best) / reach - 1),
  };
}

/** Losses above this say no more than "bad": a training that exploded must not squeeze all others into one value.
 *  Five times as far from the best as the fourth fifth ends. */
function outlierCeiling(losses: readonly number[]): number {
  const sorted = [...losses].sort((a, b) => a - b);
  const high = sorted[Math.floor(0.8 * (sorted.length - 1))]!;
  const reach = 5 * (high - sorted[0]!);
  return reach > 0 ? high + reach : Infinity;
}

/** Early-stopped trials through the fidelity they reached: the last report plus what finished trials gained from that
 *  epoch to their end on average, uncertain by how much those gains differ. */
function extrapolate(
  stopped: readonly Observation[],
  finished: readonly Observation[],
  mode: OptimizeMode,
): Target[] {
  return stopped.map(({ trial, loss }) => {
    const epochs = trial.intermediates.length;
    const gains = finished.flatMap((other) => {
      if (other.trial.intermediates.length < epochs) return [];
      const then = toLoss(other.trial.intermediates[epochs - 1], mode);
      return then === null ? [] : [other.loss - then];
    });
    if (gains.length === 0) return { trial, loss, variance: 0, complete: false };
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
    const squares = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0);
    // One gain says nothing about their spread: then it is taken to be as large as the gain itself.
    const variance = gains.length > 1 ? squares / (gains.length - 1) : mean * mean;
    return {
      trial,
      loss: loss + mean,
      variance: variance * (1 + 1 / gains.length),
      complete: false,
    };
  });
}
