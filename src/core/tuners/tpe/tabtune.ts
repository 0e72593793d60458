import type { FactOf } from "../../facts/index.ts";
import type { Rng } from "../../math/rng.ts";
import { sampleParameters, type SearchSpace } from "../../search-space/index.ts";
import type { Trial } from "../../trial.ts";
import type { TunerAlgorithm } from "../contract/definition.ts";
import {
  earlyStoppedTrials,
  pendingTrials,
  succeededTrials,
  type Observation,
} from "../common/observations.ts";
import { drawUnseen, seenConfigurations } from "../common/unseen.ts";
import type { Suggestion } from "../contract/tuner.ts";
import { drawFromPrior, encodeAll, spaceAxes, type Axes } from "./axes.ts";
import { badFloor, gapBandwidths, goodFloor, type FloorRule } from "./bandwidths.ts";
import { drawRow, type Draw } from "./draw.ts";
import { createMixture, createScorer, drawCoordinate, drawKernel } from "./mixture.ts";
import type { Liar, TpeOptions } from "./options.ts";
import { describeJoint, type ScoredDraw } from "./provenance.ts";
import { spreadOut } from "./spread-out.ts";

/** What `tabtune` does where the configuration is silent. */
export const defaultTabtuneOptions = {
  startup: 12,
  candidates: 24,
  /** Share of the trials that counts as good, up to `maxGood`. */
  goodShare: 0.1,
  maxGood: 25,
};

/** Tabtune's own TPE.
 *
 *  Start-up spreads out evenly instead of drawing blindly. Then one multivariate Parzen estimator per group over the
 *  whole tree of parameters: kernels are products over the axes, so a good value of one parameter is tried together with
 *  what made it good. Better trials weigh more (log-rank). Bandwidths follow the gaps between neighbours with a floor
 *  that shrinks with the number of trials (see `bandwidths.ts`), where hyperopt, NNI and Optuna stop at 1/100 of the
 *  range. Early-stopped trials rank behind all finished ones, by epochs reached, then value. Running trials count as bad,
 *  which keeps parallel trials apart; only the liar `best` takes them for good ones. Nothing finite is tried twice. */
export function tabtuneTpe(options: TpeOptions): TunerAlgorithm {
  return {
    suggest(space, history, rng) {
      const axes = spaceAxes(space);
      const seen = seenConfigurations(space, history);
      const groups = split(history, options);
      const needed = options.startup ?? defaultTabtuneOptions.startup;
      const done = groups.results + (options.liar === null ? 0 : groups.pending);
      const enough = groups.results >= Math.max(2, Math.ceil(needed / 2)) && done >= needed;
      const startup = { done: Math.min(enough ? needed : groups.results, needed), needed };
      if (enough) return fromModel({ space, axes, groups, seen, startup }, options, rng);
      const draw = (stream: Rng): Draw | null =>
        drawRow(axes, space, seen, (axis) => drawFromPrior(axis, stream));
      const chosen = spreadOut(axes, encodeAll(axes, space, history), draw, rng);
      return {
        kind: "trial",
        parameters: chosen?.parameters ?? anything(space, seen, rng),
        provenance: { source: "startup", startup },
      };
    },
  };
}

interface Groups {
  /** Best first. */
  readonly good: readonly Trial[];
  readonly bad: readonly Trial[];
  /** Trials with something to learn from, and running ones. */
  readonly results: number;
  readonly pending: number;
  /** The running ones that count with a lie, if any does. */
  readonly assumed: readonly FactOf<"assumed">[];
}

function split(history: readonly Trial[], options: TpeOptions): Groups {
  const mode = options.optimizeMode;
  const finished = succeededTrials(history, mode);
  const stopped = earlyStoppedTrials(history, mode).sort(
    (x, y) => y.trial.intermediates.length - x.trial.intermediates.length || x.loss - y.loss,
  );
  const pending = pendingTrials(history);
  const results = finished.length + stopped.length;
  const told = options.liar === null ? [] : tell(finished, pending, options.liar);
  const ranked = [
    ...[...finished, ...told].sort((x, y) => x.loss - y.loss || x.trial.number - y.trial.number),
    ...stopped,
  ].map(({ trial }) => trial);
  const running = new Set(pending);
  const candidates =
    options.liar === "best" && finished.length > 0
      ? ranked
      : ranked.filter((trial) => !running.has(trial));
  const wanted =
    options.gamma === null
      ? Math.ceil(defaultTabtuneOptions.goodShare * results)
      : Math.ceil(options.gamma * Math.sqrt(results));
  const nGood = Math.min(Math.max(2, wanted), defaultTabtuneOptions.maxGood, results - 1);
  const good = candidates.slice(0, Math.max(1, nGood));
  const isGood = new Set(good);
  return {
    good,
    bad: ranked.filter((trial) => !isGood.has(trial)),
    results,
    pending: pending.length,
    assumed:
      told.length === 0 || options.liar === null
        ? []
        : [{ kind: "assumed", trials: told.map(({ trial }) => trial.number), as: options.liar }],
  };
}

/** Pretended results of running trials. */
function tell(
  finished: readonly Observation[],
  pending: readonly Trial[],
  liar: Exclude<Liar, null>,
): Observation[] {
  const losses = finished.map(({ loss }) => loss);
  const lies = {
    best: Math.min(...losses),
    worst: Math.max(...losses),
    mean: losses.reduce((sum, loss) => sum + loss, 0) / Math.max(1, losses.length),
  };
  const lie = losses.length === 0 ? Infinity : lies[liar];
  return pending.map((trial) => ({ trial, loss: lie }));
}

/** What a model is made of. */
interface Evidence {
  readonly space: SearchSpace;
  readonly axes: Axes;
  readonly groups: Groups;
  readonly seen: ReadonlySet<string>;
  readonly startup: { readonly done: number; readonly needed: number };
}

function fromModel(
  { space, axes, groups, seen, startup }: Evidence,
  options: TpeOptions,
  rng: Rng,
): Suggestion {
  const model = (trials: readonly Trial[], floor: FloorRule, weights: readonly number[]) => {
    const rows = encodeAll(axes, space, trials);
    const sigmas = gapBandwidths(axes, rows, floor);
    return createMixture(axes, { rows, sigmas, weights }, options.priorWeight);
  };
  const { good, bad } = groups;
  const l = model(good, goodFloor(groups.results), rankWeights(good.length));
  const g = model(
    bad,
    badFloor(bad.length),
    bad.map(() => 1),
  );
  const [logL, logG] = [createScorer(l), createScorer(g)];
  const count = options.candidates ?? defaultTabtuneOptions.candidates;
  const candidates: ScoredDraw[] = [];
  for (let draws = 0; draws < 20 * count && candidates.length < count; draws++) {
    const k = drawKernel(l, rng);
    const draw = drawRow(axes, space, seen, (axis) => drawCoordinate(l, k, axis, rng));
    if (draw !== null) candidates.push({ ...draw, logL: logL(draw.row), logG: logG(draw.row) });
  }
  candidates.sort((x, y) => y.logL - y.logG - (x.logL - x.logG));
  const chosen = candidates[0];
  return {
    kind: "trial",
    parameters: chosen?.parameters ?? anything(space, seen, rng),
    provenance: {
      source: chosen === undefined ? "fallback" : "model",
      startup,
      facts: [
        {
          kind: "split",
          good: { count: good.length, trials: good.map((trial) => trial.number) },
          // A count alone: every trial would list nearly all before it, and the journal grow with their square.
          bad: { count: bad.length },
        },
        ...groups.assumed,
        ...describeJoint(axes, candidates, logL, logG),
      ],
    },
  };
}

/** Log-rank weights as in CMA-ES, with mean 1. */
function rankWeights(n: number): number[] {
  const raw = Array.from({ length: n }, (_, i) => Math.log((n + 0.5) / (i + 0.5)));
  const mean = raw.reduce((sum, w) => sum + w, 0) / n;
  return raw.map((w) => w / mean);
}

function anything(space: SearchSpace, seen: ReadonlySet<string>, rng: Rng): Draw["parameters"] {
  return drawUnseen(space, seen, rng) ?? sampleParameters(space, rng);
}
