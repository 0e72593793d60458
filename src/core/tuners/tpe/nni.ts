import type { DensityAxis, Fact, FactOf } from "../../facts/index.ts";
import {
  adaptiveParzen,
  categoricalParzen,
  sqrtSplit,
  type GaussianMixture,
} from "../../math/parzen.ts";
import type { Rng } from "../../math/rng.ts";
import { logNormalDensity, normalMass } from "../../math/truncated-normal.ts";
import {
  activeParameters,
  buildParameters,
  effectiveKey,
  sampleParameters,
  sampleSpec,
  satisfiesConstraints,
  withConstraints,
  type NumericSpec,
  type ParameterSpec,
  type Parameters,
  type SearchSpace,
} from "../../search-space/index.ts";
import type { Trial } from "../../trial.ts";
import type { TunerAlgorithm } from "../contract/definition.ts";
import { refiningGrid } from "../grid/refining-grid.ts";
import { fromLoss, pendingTrials, succeededTrials } from "../common/observations.ts";
import { drawUnseen, exhausted, seenConfigurations } from "../common/unseen.ts";
import type { Provenance } from "../contract/tuner.ts";
import { categoryCount, fromLatent, latentCell, latentPrior, toLatent } from "./latent.ts";
import type { TpeOptions } from "./options.ts";
import { describeCandidates, rounded, type Candidate } from "./provenance.ts";

/** A trial's parameters by path, with its loss or the lie told about it. */
interface Told {
  readonly values: ReadonlyMap<string, number>;
  readonly loss: number;
}

const defaults = { startup: 20, candidates: 24, gamma: 0.25 };

/** TPE as NNI has it, parameter by parameter.
 *
 *  `nni-3.0`: the native tuner. Start-up is counted per parameter (nested ones need their own observations, lies
 *  count), groups are kept in order of loss, so "forgetting" weighs down the best of the bad group; quantised
 *  parameters are compared on their latent scale; a repeat becomes the next unseen grid configuration.
 *  `nni-2.1`: hyperopt 0.1.2. Start-up is counted over all trials, groups are chronological, the split is made over all
 *  trials, quantised likelihoods integrate over the rounding cell; a repeat is drawn anew at random.
 *  Unlike either: seeded, exhausted spaces say so, the liar is `mean` in 3.0 (its default `best` is the worst choice
 *  at a concurrency of 2 to 8), 0 is a metric like any other, failed trials stop lying; 3.0 remembers a quantised
 *  parameter by the value that was tried, as NNI does after a resume only; what 2.1 draws anew is new. */
export function nniTpe(options: TpeOptions): TunerAlgorithm {
  return {
    suggest(space, history, rng) {
      const told = tell(space, history, options);
      const weighed = new Map<string, DensityAxis>();
      const needed = options.startup ?? defaults.startup;
      const done = succeededTrials(history, options.optimizeMode).length;
      const choosers = new Map<string, Chooser>();
      const draw = (): Parameters =>
        buildParameters(space, (spec) => {
          let chooser = choosers.get(spec.path);
          if (chooser === undefined)
            choosers.set(spec.path, (chooser = createChooser(spec, told.all, options, needed)));
          return chooser(rng, weighed);
        });
      const proposal = withConstraintsOrPrior(space, draw, rng);
      const seen = seenConfigurations(space, history);
      const { parameters, replaced } = deduplicate(space, seen, proposal, () =>
        options.variant === "nni-2.1" ? drawUnseen(space, seen, rng) : unseenOnGrid(space, seen),
      );
      const provenance: Provenance = {
        source: replaced ? "fallback" : weighed.size > 0 ? "model" : "startup",
        startup: { done: Math.min(done, needed), needed },
        facts: factsOf([...weighed.values()], told.assumed),
      };
      return { kind: "trial", parameters, provenance };
    },
  };
}

/** Finished trials with their losses, then running ones with a lie. */
function tell(
  space: SearchSpace,
  history: readonly Trial[],
  options: TpeOptions,
): { readonly all: readonly Told[]; readonly assumed: readonly FactOf<"assumed">[] } {
  const values = (trial: Trial): ReadonlyMap<string, number> =>
    new Map(activeParameters(space, trial.parameters).map(({ spec, value }) => [spec.path, value]));
  const finished = succeededTrials(history, options.optimizeMode).map(({ trial, loss }) => ({
    values: values(trial),
    loss,
  }));
  const running = pendingTrials(history);
  if (options.liar === null || running.length === 0) return { all: finished, assumed: [] };
  // hyperopt's wrapper lies only from the first result and 21 trials on, whatever became of them; the native tuner lies
  // from the start, 0 while nothing is known
  if (options.variant === "nni-2.1" && (history.length <= 20 || finished.length === 0))
    return { all: finished, assumed: [] };
  const losses = finished.map((t) => t.loss);
  const lie =
    losses.length === 0
      ? 0
      : options.liar === "best"
        ? Math.min(...losses)
        : options.liar === "worst"
          ? Math.max(...losses)
          : losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  return {
    all: [...finished, ...running.map((trial) => ({ values: values(trial), loss: lie }))],
    assumed: [
      {
        kind: "assumed",
        trials: running.map((trial) => trial.number),
        as: options.liar,
        metric: rounded(fromLoss(lie, options.optimizeMode)),
      },
    ],
  };
}

/** Groups are made for every parameter anew; where parameters are always active they are of the same sizes. */
function factsOf(
  parameters: readonly DensityAxis[],
  assumed: readonly FactOf<"assumed">[],
): readonly Fact[] {
  const [first] = parameters;
  if (first === undefined) return assumed;
  const [good, bad] = [{ count: first.good ?? 0 }, { count: first.bad ?? 0 }];
  return [{ kind: "split", good, bad }, ...assumed, { kind: "density", parameters }];
}

/** Draws a parameter's value and notes why in `weighed`. */
type Chooser = (rng: Rng, weighed: Map<string, DensityAxis>) => number;

function createChooser(
  spec: ParameterSpec,
  told: readonly Told[],
  options: TpeOptions,
  needed: number,
): Chooser {
  const chronological = options.variant === "nni-2.1";
  const own = told.filter((t) => t.values.has(spec.path));
  const group = chronological ? told : own;
  if (group.length < needed) return (rng) => sampleSpec(spec, rng);
  const gamma = options.gamma ?? defaults.gamma;
  const nGood = sqrtSplit(group.length, gamma, options.linearForgetting);
  const byLoss = group.map((_, i) => i).sort((i, j) => group[i]!.loss - group[j]!.loss || i - j);
  const goodSet = new Set(byLoss.slice(0, nGood));
  const order = chronological ? group.map((_, i) => i) : byLoss;
  const values = (good: boolean): number[] =>
    order
      .filter((i) => goodSet.has(i) === good)
      .map((i) => group[i]!.values.get(spec.path))
      .filter((value) => value !== undefined);
  const [good, bad] = [values(true), values(false)];
  const count = options.candidates ?? defaults.candidates;
  const drawOne =
    spec.type === "choice" || categoryCount(spec) !== null
      ? categoricalCandidate(spec, good, bad, options)
      : numericCandidate(spec, good, bad, options);
  return (rng, weighed) => {
    const candidates = Array.from({ length: count }, () => drawOne(rng));
    let best = candidates[0]!;
    for (const candidate of candidates)
      if (candidate.logL - candidate.logG > best.logL - best.logG) best = candidate;
    const axis = describeCandidates(spec, candidates, best);
    weighed.set(spec.path, { ...axis, good: good.length, bad: bad.length });
    return best.value;
  };
}

function categoricalCandidate(
  spec: ParameterSpec,
  good: readonly number[],
  bad: readonly number[],
  options: TpeOptions,
): (rng: Rng) => Candidate {
  const n = categoryCount(spec);
  if (n === null) throw new Error(`${spec.path} is not categorical`);
  const offset = spec.type === "randint" ? spec.low : 0;
  const estimate = (values: readonly number[]): number[] =>
    categoricalParzen(
      values.map((v) => v - offset),
      n,
      options.priorWeight,
      options.linearForgetting,
    );
  const [l, g] = [estimate(good), estimate(bad)];
  return (rng) => {
    const index = drawIndex(l, rng);
    return { value: offset + index, logL: Math.log(l[index]!), logG: Math.log(g[index]!) };
  };
}

function numericCandidate(
  spec: NumericSpec,
  good: readonly number[],
  bad: readonly number[],
  options: TpeOptions,
): (rng: Rng) => Candidate {
  const prior = latentPrior(spec);
  const estimate = (values: readonly number[]): GaussianMixture =>
    adaptiveParzen(
      values.map((v) => toLatent(prior, v)),
      { mu: prior.mu, sigma: prior.sigma, weight: options.priorWeight },
      options.linearForgetting,
    );
  const [l, g] = [estimate(good), estimate(bad)];
  return (rng) => {
    const latent = drawWithin(l, prior.low, prior.high, rng);
    const value = fromLatent(spec, prior, latent);
    const cell = options.variant === "nni-2.1" ? latentCell(spec, prior, value) : null;
    const log = (mixture: GaussianMixture): number =>
      cell === null ? logDensity(mixture, latent) : Math.log(cellMass(mixture, cell) + 1e-300);
    return { value, logL: log(l), logG: log(g) };
  };
}

function drawIndex(weights: readonly number[], rng: Rng): number {
  let u = rng.next();
  for (let i = 0; i < weights.length; i++) {
    u -= weights[i]!;
    if (u < 0) return i;
  }
  return weights.findLastIndex((weight) => weight > 0);
}

/** A draw from the mixture, rejected until it lies within the range. */
function drawWithin(mixture: GaussianMixture, low: number, high: number, rng: Rng): number {
  for (let attempt = 0; attempt < 10_000; attempt++) {
    const i = drawIndex(mixture.weights, rng);
    const x = mixture.mus[i]! + mixture.sigmas[i]! * rng.normal();
    if (x >= low && x <= high) return x;
  }
  return Math.min(high, Math.max(low, mixture.mus[0]!));
}

function logDensity({ mus, sigmas, weights }: GaussianMixture, x: number): number {
  const terms = mus.map(
    (mu, i) =>
      Math.log(weights[i]!) + logNormalDensity((x - mu) / sigmas[i]!) - Math.log(sigmas[i]!),
  );
  const largest = Math.max(...terms);
  return largest + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - largest), 0));
}

function cellMass(
  { mus, sigmas, weights }: GaussianMixture,
  [low, high]: readonly [number, number],
): number {
  return mus.reduce((sum, mu, i) => {
    const sigma = sigmas[i]!;
    return sum + weights[i]! * normalMass((low - mu) / sigma, (high - mu) / sigma);
  }, 0);
}

/** A proposal that obeys the constraints: from the model if it manages within 50 draws, else from the prior. */
function withConstraintsOrPrior(space: SearchSpace, draw: () => Parameters, rng: Rng): Parameters {
  if (space.constraints.length === 0) return draw();
  for (let attempt = 0; attempt < 50; attempt++) {
    const parameters = draw();
    if (satisfiesConstraints(space.constraints, parameters)) return parameters;
  }
  return withConstraints(space, () => sampleParameters(space, rng));
}

/** @param another null where a repeat is all there is */
function deduplicate(
  space: SearchSpace,
  seen: ReadonlySet<string>,
  proposal: Parameters,
  another: () => Parameters | null,
): { readonly parameters: Parameters; readonly replaced: boolean } {
  const parameters = seen.has(effectiveKey(space, proposal)) ? another() : null;
  return { parameters: parameters ?? proposal, replaced: parameters !== null };
}

/** @throws AppError "search-space-exhausted" */
function unseenOnGrid(space: SearchSpace, seen: ReadonlySet<string>): Parameters {
  for (const parameters of refiningGrid(space))
    if (!seen.has(effectiveKey(space, parameters))) return parameters;
  throw exhausted(seen.size);
}
