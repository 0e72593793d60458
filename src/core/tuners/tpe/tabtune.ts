import type { Rng } from "../../math/rng.ts";
import {
  buildParameters,
  effectiveKey,
  sampleParameters,
  satisfiesConstraints,
  type Parameters,
  type SearchSpace,
} from "../../search-space/index.ts";
import type { Trial } from "../../trial.ts";
import type { TunerAlgorithm } from "../definition.ts";
import { earlyStoppedTrials, pendingTrials, succeededTrials } from "../observations.ts";
import { drawUnseen, seenConfigurations } from "../unseen.ts";
import { drawFromPrior, encode, spaceAxes, valueAt, type Axes } from "./axes.ts";
import {
  createMixture,
  createScorer,
  drawCoordinate,
  drawKernel,
  type Mixture,
} from "./mixture.ts";
import type { TpeOptions } from "./options.ts";
import { rounded } from "./provenance.ts";

export const knobs = {
  startup: 10,
  spread: 32,
  gammaLinear: 0.1,
  gammaSqrt: 0,
  gammaMax: 25,
  candidates: 24,
  priorWeight: 1,
  weighting: "rank" as "uniform" | "rank",
  sigma: "gap" as "gap" | "cloud",
  magic: 0.01,
  scale: 1,
  badSigma: "gap" as "gap" | "scott",
  badMin: 0.01,
};

interface Ranked {
  readonly row: Float64Array;
  readonly number: number;
}

/** Tabtune's own TPE. */
export function tabtuneTpe(options: TpeOptions): TunerAlgorithm {
  return {
    suggest(space, history, rng) {
      const axes = spaceAxes(space);
      const seen = seenConfigurations(space, history);
      const ranked = rank(axes, space, history, options);
      const needed = options.startup ?? knobs.startup;
      if (ranked.length < needed || ranked.length < 2) {
        const parameters = spreadOut(axes, space, history, seen, rng);
        const startup = { done: Math.min(ranked.length, needed), needed };
        return { kind: "trial", parameters, provenance: { source: "startup", startup } };
      }
      const n = ranked.length;
      const nGood = Math.max(
        2,
        Math.min(knobs.gammaMax, Math.ceil(knobs.gammaLinear * n + knobs.gammaSqrt * Math.sqrt(n))),
      );
      const good = ranked.slice(0, nGood);
      const pending = pendingTrials(history).map((t) => ({
        row: encode(axes, space, t.parameters),
        number: t.number,
      }));
      const bad = [...ranked.slice(nGood), ...(options.liar === null ? [] : pending)];
      const l = model(axes, good, true);
      const g = model(axes, bad, false);
      const [scoreL, scoreG] = [createScorer(l), createScorer(g)];
      let best: { parameters: Parameters; score: number } | null = null;
      for (let i = 0; i < knobs.candidates; i++) {
        const k = drawKernel(l, rng);
        const row = new Float64Array(axes.list.length).fill(NaN);
        const parameters = buildParameters(space, (spec) => {
          const axis = axes.byPath.get(spec.path)!;
          const x = drawCoordinate(l, k, axis, rng);
          row[axis.index] = x;
          return valueAt(axis, x);
        });
        if (!satisfiesConstraints(space.constraints, parameters)) continue;
        if (seen.has(effectiveKey(space, parameters))) continue;
        const score = scoreL(row) - scoreG(row);
        if (best === null || score > best.score) best = { parameters, score };
      }
      const parameters =
        best?.parameters ?? drawUnseen(space, seen, rng) ?? sampleParameters(space, rng);
      return {
        kind: "trial",
        parameters,
        provenance: {
          source: best === null ? "fallback" : "model",
          details: { good: good.map((r) => r.number), ei: rounded(best?.score ?? 0) },
        },
      };
    },
  };
}

function rank(
  axes: Axes,
  space: SearchSpace,
  history: readonly Trial[],
  options: TpeOptions,
): Ranked[] {
  const done = succeededTrials(history, options.optimizeMode).sort((x, y) => x.loss - y.loss);
  const stopped = earlyStoppedTrials(history, options.optimizeMode).sort(
    (x, y) => y.trial.intermediates.length - x.trial.intermediates.length || x.loss - y.loss,
  );
  return [...done, ...stopped].map(({ trial }) => ({
    row: encode(axes, space, trial.parameters),
    number: trial.number,
  }));
}

function spreadOut(
  axes: Axes,
  space: SearchSpace,
  history: readonly Trial[],
  seen: ReadonlySet<string>,
  rng: Rng,
): Parameters {
  const rows = history.map((t) => encode(axes, space, t.parameters));
  let best: { parameters: Parameters; score: number } | null = null;
  for (let i = 0; i < knobs.spread; i++) {
    const row = new Float64Array(axes.list.length).fill(NaN);
    const parameters = buildParameters(space, (spec) => {
      const axis = axes.byPath.get(spec.path)!;
      const x = drawFromPrior(axis, rng);
      row[axis.index] = x;
      return valueAt(axis, x);
    });
    if (!satisfiesConstraints(space.constraints, parameters)) continue;
    if (seen.has(effectiveKey(space, parameters))) continue;
    const score = crowding(axes, row, rows);
    if (best === null || score < best.score) best = { parameters, score };
  }
  return best?.parameters ?? drawUnseen(space, seen, rng) ?? sampleParameters(space, rng);
}

/** Sum over earlier rows of the wrap-around discrepancy's kernel: small where earlier points are far in every projection. */
function crowding(axes: Axes, row: Float64Array, rows: readonly Float64Array[]): number {
  let total = 0;
  for (const other of rows) {
    let product = 1;
    for (const axis of axes.list) {
      const [x, y] = [row[axis.index]!, other[axis.index]!];
      if (Number.isNaN(x) || Number.isNaN(y)) continue;
      if (axis.kind === "categorical") {
        product *= x === y ? 1.5 : 1.25;
        continue;
      }
      const t = Math.abs(unit(axis.bounded, x) - unit(axis.bounded, y));
      product *= 1.5 - t * (1 - t);
    }
    total += product;
  }
  return total;
}

/** Logistic stand-in for the normal distribution function: only evenness matters here. */
const unit = (bounded: boolean, x: number): number =>
  bounded ? x : 1 / (1 + Math.exp(-1.702 * x * Math.sqrt(12)));

function model(axes: Axes, points: readonly Ranked[], good: boolean): Mixture {
  const n = points.length;
  const centers = points.map((p) => p.row);
  const sigmas = centers.map(() => new Float64Array(axes.list.length).fill(1));
  const min = good ? knobs.magic : knobs.badMin;
  for (const axis of axes.list) {
    if (axis.kind === "categorical") continue;
    const d = axis.index;
    const order = centers
      .map((_, k) => k)
      .filter((k) => !Number.isNaN(centers[k]![d]!))
      .sort((i, j) => centers[i]![d]! - centers[j]![d]!);
    const low = axis.bounded ? 0 : -1;
    const high = 1;
    order.forEach((k, i) => {
      const x = centers[k]![d]!;
      const left = x - (i > 0 ? centers[order[i - 1]!]![d]! : low);
      const right = (i < order.length - 1 ? centers[order[i + 1]!]![d]! : high) - x;
      let s = Math.max(left, right);
      const magic = 1 / Math.min(100, 1 + n);
      s = Math.min(1, Math.max(min, magic, s));
      sigmas[k]![d] = s * (good ? knobs.scale : 1);
    });
  }
  const keep = Float64Array.from(axes.list, (axis) =>
    axis.kind === "categorical" ? (1 + 1 / n) / (1 + axis.options / n) : 0,
  );
  const weights = points.map((_, i) =>
    good && knobs.weighting === "rank" ? Math.log(n + 0.5) - Math.log(i + 0.5) : 1,
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  return createMixture(
    axes,
    centers,
    sigmas,
    weights.map((w) => (w * n) / sum),
    knobs.priorWeight,
    keep,
  );
}

