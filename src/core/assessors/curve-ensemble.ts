import { fitCurve, type CurveModel } from "../math/least-squares.ts";
import type { Rng } from "../math/rng.ts";
import type { OptimizeMode } from "../tuners/contract/tuner.ts";
import { curvePoints, nniCurves } from "./nni-curves.ts";

const chains = 10;
const steps = 20;
const stepSize = 0.0005;
const leastCurves = 4;

/** A fitted curve's values at x = 1 … n and at the target. */
export interface FittedCurve {
  readonly name: string;
  readonly parameters: readonly number[];
  readonly values: readonly number[];
  readonly target: number;
}

/** Fits every family to the history, each from ones as NNI does; a fit that fails has no vote. */
export function fitFamilies(history: readonly number[], targetEpoch: number): FittedCurve[] {
  const points = curvePoints(history.map((_, i) => i + 1));
  const end = curvePoints([targetEpoch]);
  return nniCurves.flatMap((curve) => {
    const model: CurveModel = (parameters, out) => curve.evaluate(points, parameters, out);
    const fit = fitCurve(model, history, new Array<number>(curve.parameters).fill(1));
    if (fit === null) return [];
    const parameters = Float64Array.from(fit.parameters);
    const [values, target] = [new Float64Array(history.length), new Float64Array(1)];
    curve.evaluate(points, parameters, values);
    curve.evaluate(end, parameters, target);
    if (![...values, ...target].every(Number.isFinite)) return [];
    return [
      { name: curve.name, parameters: fit.parameters, values: [...values], target: target[0]! },
    ];
  });
}

/** NNI's two filters: curves that fit better than zero would, then those whose prediction lies within n/10 standard
 *  deviations of the median of the curves' present values. */
export function filterCurves(
  history: readonly number[],
  curves: readonly FittedCurve[],
): FittedCurve[] {
  const n = history.length;
  const mean = history.reduce((sum, y) => sum + y, 0) / n;
  const kept = curves.filter(
    ({ values }) => values.reduce((sum, v, i) => sum + (history[i]! - v) ** 2, 0) < n * mean ** 2,
  );
  if (kept.length === 0) return [];
  const present = kept.map(({ values }) => values[n - 1]!).sort((a, b) => a - b);
  const middle = present.length / 2;
  const median = (present[Math.ceil(middle) - 1]! + present[Math.floor(middle)]!) / 2;
  const average = present.reduce((sum, v) => sum + v, 0) / present.length;
  const deviation = Math.sqrt(
    present.reduce((sum, v) => sum + (v - average) ** 2, 0) / present.length,
  );
  const width = (n / 10) * deviation;
  return kept.filter(({ target }) => target > median - width && target < median + width);
}

/** NNI's prediction: the weights of the curves by Metropolis sampling, the prediction as the mean over its chains.
 *  @returns null if fewer than 4 curves survive the filters */
export function predictWithEnsemble(
  history: readonly number[],
  targetEpoch: number,
  mode: OptimizeMode,
  rng: Rng,
): number | null {
  const curves = survivors(history, targetEpoch);
  if (curves.length < leastCurves) return null;
  const logProbability = (weights: readonly number[]): number => {
    const combined = history.map((_, j) => weigh(weights, curves, (curve) => curve.values[j]!));
    const final = weigh(weights, curves, (curve) => curve.target);
    const rising = mode === "maximize" ? combined[0]! < final : combined[0]! > final;
    if (!rising || weights.some((w) => !(w > 0))) return -Infinity;
    const n = history.length;
    const squares = history.map((y, j) => (y - combined[j]!) ** 2);
    const variance = squares.reduce((sum, s) => sum + s, 0) / n;
    // The exponents sum to n/2 whatever the variance is; the normalisation with the root of the deviation is NNI's.
    return -n / 2 - (n / 2) * Math.log(2 * Math.PI * Math.sqrt(variance));
  };
  let sum = 0;
  for (let chain = 0; chain < chains; chain++) {
    let weights = new Array<number>(curves.length).fill(1 / curves.length);
    let present = logProbability(weights);
    for (let step = 0; step < steps; step++) {
      const moved = weights.map((w) => w + stepSize * rng.normal());
      const total = moved.reduce((s, w) => s + w, 0);
      const proposal = moved.map((w) => w / total);
      const next = logProbability(proposal);
      const u = rng.next();
      if (present === -Infinity || u < Math.exp(Math.min(0, next - present)))
        [weights, present] = [proposal, next];
    }
    sum += weigh(weights, curves, (curve) => curve.target);
  }
  return sum / chains;
}

/** A pure function's memory, not state: who replays a list of reports need not fit it again. A list that has grown or
 *  changed since is another one. */
const remembered = new WeakMap<
  readonly number[],
  {
    readonly reports: readonly number[];
    readonly targetEpoch: number;
    readonly curves: readonly FittedCurve[];
  }
>();

function survivors(history: readonly number[], targetEpoch: number): readonly FittedCurve[] {
  const known = remembered.get(history);
  const isSame =
    known?.targetEpoch === targetEpoch &&
    known.reports.length === history.length &&
    known.reports.every((report, i) => report === history[i]);
  if (isSame) return known.curves;
  const curves = filterCurves(history, fitFamilies(history, targetEpoch));
  remembered.set(history, { reports: [...history], targetEpoch, curves });
  return curves;
}

function weigh(
  weights: readonly number[],
  curves: readonly FittedCurve[],
  value: (curve: FittedCurve) => number,
): number {
  return curves.reduce((sum, curve, k) => sum + weights[k]! * value(curve), 0);
}
