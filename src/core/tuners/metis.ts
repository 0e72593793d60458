import type { Fact } from "../facts/index.ts";
import { fitIsotropic, type IsotropicProcess } from "../math/gaussian-process/isotropic.ts";
import type { Rng } from "../math/rng.ts";
import { effectiveKey, sampleParameters } from "../search-space/index.ts";
import { defineTuner } from "./contract/definition.ts";
import { density, estimateDensity, sampleNear } from "./multi-fidelity/density.ts";
import { representative } from "./gaussian-process/fit-model.ts";
import { succeededTrials } from "./common/observations.ts";
import { climbAxes, createRawSpace, type RawSpace } from "./common/raw-space.ts";
import { replaceRepeat, seenConfigurations } from "./common/unseen.ts";

const goodShare = 0.34;
const exploitationFrom = 12;
const resamplingFrom = 50;
const mostRepeats = 3;
const largestModel = 200;
const localSearches = 5;
const kernel = { smoothness: 1.5, alpha: 1e-10, estimateAmplitude: true } as const;

interface Sample {
  readonly x: Float64Array;
  /** Median of the losses measured at x. */
  readonly loss: number;
  readonly repeats: number;
}

interface Candidate {
  readonly x: Float64Array;
  readonly mean: number;
  readonly deviation: number;
  readonly reason: "exploration" | "exploitation" | "resampling";
}

/** NNI's Metis tuner. Deviations: kernel densities stand in for the Bayesian mixture models, the two densities are
 *  compared by their ratio rather than by the ratio of their logarithms, the uncertainty is divided by |μ|, and local
 *  searches start from the best points only. */
export const metis = defineTuner({
  name: "MetisTuner",
  aliases: ["Metis"],
  description: "NNI's Metis: tries what a model predicts would lower the best known value most.",
  arguments: [
    {
      name: "no_resampling",
      type: "boolean",
      default: true,
      description: "False lets results that look like outliers be measured again.",
    },
    {
      name: "no_candidates",
      type: "boolean",
      default: false,
      description: "True skips the search for exploring candidates.",
    },
    {
      name: "selection_num_starting_points",
      type: "integer",
      default: 600,
      minimum: 1,
      maximum: 100_000,
      description: "Random points among which the best are sought.",
    },
    {
      name: "cold_start_num",
      type: "integer",
      default: 10,
      minimum: 1,
      maximum: 100_000,
      description: "Random trials before the model takes over.",
    },
    {
      name: "exploration_probability",
      type: "number",
      default: 0.9,
      minimum: 0,
      maximum: 1,
      description: "Probability of a candidate rather than the optimum the model sees.",
    },
  ],
  types: ["choice", "randint", "uniform", "quniform"],
  nested: false,
  multiFidelity: false,
  cost: "heavy",
  create(args, mode) {
    const needed = args.number("cold_start_num");
    const starting = args.number("selection_num_starting_points");
    return {
      suggest(space, history, rng) {
        const raw = createRawSpace(space, "Metis");
        const seen = seenConfigurations(space, history);
        const samples = aggregate(
          succeededTrials(history, mode).flatMap(({ trial, loss }) => {
            const x = raw.encode(trial.parameters);
            return x === null ? [] : [{ x, loss }];
          }),
        );
        if (samples.length < needed) {
          const { parameters } = replaceRepeat(space, seen, sampleParameters(space, rng), rng);
          const startup = { done: samples.length, needed };
          return { kind: "trial", parameters, provenance: { source: "startup", startup } };
        }
        const process = fitIsotropic(
          samples.map(({ x }) => x),
          samples.map(({ loss }) => loss),
          kernel,
        );
        const model = { raw, samples, process };
        const points = Array.from({ length: starting }, () => raw.snap(raw.sample(rng)));
        const lowest = climbAxes(raw, points, (x) => -process.mean(x), localSearches)[0];
        const candidates = args.boolean("no_candidates")
          ? []
          : findCandidates(model, points, rng, !args.boolean("no_resampling"));
        const isNew = (x: Float64Array): boolean => !seen.has(effectiveKey(space, raw.decode(x)));
        const usable = candidates.filter((c) => c.reason === "resampling" || isNew(c.x));
        const current = lowest === undefined ? Infinity : -lowest.value;
        const next = mostLowering(model, points, usable, current);
        const explore = rng.next() <= args.number("exploration_probability");
        const chosen =
          lowest !== undefined && isNew(lowest.x) && !explore
            ? { x: lowest.x, reason: "optimum" as const }
            : next;
        if (chosen === null) {
          const { parameters } = replaceRepeat(space, seen, sampleParameters(space, rng), rng);
          return { kind: "trial", parameters, provenance: { source: "random" } };
        }
        const { mean, deviation } = process.predict(chosen.x);
        const facts: readonly Fact[] = [
          { kind: "expected", mean: mode === "maximize" ? -mean : mean, deviation },
          { kind: "purpose", purpose: chosen.reason, among: usable.length },
        ];
        return {
          kind: "trial",
          parameters: raw.decode(chosen.x),
          provenance: { source: "model", facts },
        };
      },
    };
  },
});

/** Repeats of a configuration become one sample with the median. */
function aggregate(list: readonly { x: Float64Array; loss: number }[]): Sample[] {
  const groups = new Map<string, { x: Float64Array; losses: number[] }>();
  for (const { x, loss } of list) {
    const key = x.join();
    const group = groups.get(key);
    if (group) group.losses.push(loss);
    else groups.set(key, { x, losses: [loss] });
  }
  const samples = [...groups.values()].map(({ x, losses }) => {
    losses.sort((a, b) => a - b);
    const middle = (losses.length - 1) / 2;
    const loss = (losses[Math.floor(middle)]! + losses[Math.ceil(middle)]!) / 2;
    return { x, loss, repeats: losses.length };
  });
  const losses = Float64Array.from(samples, ({ loss }) => loss);
  return representative(losses, largestModel).map((i) => samples[i]!);
}

/** A process with what it was fitted to. */
interface Model {
  readonly raw: RawSpace;
  readonly samples: readonly Sample[];
  readonly process: IsotropicProcess;
}

function findCandidates(
  { raw, samples, process }: Model,
  points: readonly Float64Array[],
  rng: Rng,
  resampling: boolean,
): Candidate[] {
  const candidates: Candidate[] = [];
  const add = (x: Float64Array | undefined, reason: Candidate["reason"]): void => {
    if (x !== undefined) candidates.push({ x, ...process.predict(x), reason });
  };
  const uncertainty = (x: Float64Array): number => {
    const { mean, deviation } = process.predict(x);
    return (2 * 1.96 * deviation) / Math.max(Math.abs(mean), 1e-12);
  };
  add(climbAxes(raw, points, uncertainty, localSearches)[0]?.x, "exploration");
  if (samples.length >= exploitationFrom)
    add(exploit(raw, samples, points.length, rng), "exploitation");
  if (resampling && samples.length >= resamplingFrom)
    process.leaveOneOut().forEach(({ mean, deviation }, i) => {
      const { x, loss, repeats } = samples[i]!;
      if (Math.abs(loss - mean) > 1.96 * deviation && repeats < mostRepeats)
        candidates.push({ x, mean, deviation, reason: "resampling" });
    });
  return candidates;
}

/** The point near the good third with the largest ratio of its density to that of the others. */
function exploit(
  raw: RawSpace,
  samples: readonly Sample[],
  draws: number,
  rng: Rng,
): Float64Array | undefined {
  const sorted = [...samples].sort((a, b) => a.loss - b.loss);
  const size = Math.floor(samples.length * goodShare);
  const width = (k: number): number => raw.high[k]! - raw.low[k]! || 1;
  const toUnit = (x: Float64Array): Float64Array => x.map((v, k) => (v - raw.low[k]!) / width(k));
  const numeric = Array.from(raw.low, () => 0);
  const good = estimateDensity(
    sorted.slice(0, size).map(({ x }) => toUnit(x)),
    numeric,
    1e-3,
  );
  const bad = estimateDensity(
    sorted.slice(size).map(({ x }) => toUnit(x)),
    numeric,
    1e-3,
  );
  const score = (x: Float64Array): number => {
    const u = toUnit(x);
    return Math.log(density(good, u) + 1e-300) - Math.log(density(bad, u) + 1e-300);
  };
  const near = Array.from({ length: draws }, () =>
    raw.snap(sampleNear(good, rng, 1).map((u, k) => raw.low[k]! + u * width(k))),
  );
  return climbAxes(raw, near, score, 0)[0]?.x;
}

/** The candidate after which the model would see the lowest optimum, if it comes out at either end of its interval. */
function mostLowering(
  { samples, process }: Model,
  points: readonly Float64Array[],
  candidates: readonly Candidate[],
  current: number,
): Candidate | null {
  let best: Candidate | null = null;
  let lowest = current;
  for (const candidate of candidates) {
    const others = samples.filter(({ x }) => x.join() !== candidate.x.join());
    for (const sign of [1, -1]) {
      const imagined = candidate.mean + sign * 1.96 * candidate.deviation;
      const after = fitIsotropic(
        [...others.map(({ x }) => x), candidate.x],
        [...others.map(({ loss }) => loss), imagined],
        kernel,
        process.lengthScale,
      );
      const value = Math.min(after.mean(candidate.x), ...points.map((x) => after.mean(x)));
      if (value < lowest) [best, lowest] = [candidate, value];
    }
  }
  return best;
}
