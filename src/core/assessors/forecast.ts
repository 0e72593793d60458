import type { AssessorFact, FactOf } from "../facts/index.ts";
import { isScored } from "../journal/views.ts";
import type { Trial } from "../trial.ts";
import type { Arguments } from "../tuners/contract/arguments.ts";
import type { OptimizeMode } from "../tuners/contract/tuner.ts";
import { fitShapes, shapesFor } from "./curve-forecast.ts";
import {
  optimizeModeArgument,
  type AssessorDefinition,
  type Judgement,
  type Rule,
} from "./definition.ts";
import { calibrate, corrected, orientedCurve, priorsFrom } from "./forecast-history.ts";
import { standing } from "./standing.ts";
import { winningChance, type Evidence } from "./winning-chance.ts";

/** Share of a full training before which nothing is judged: on real curves every tenth winner is among the worse half then. */
const leastShare = 0.17;
/** Reports whose median is a curve's level, as a share of a full training. */
const windowShare = 0.05;

/** Curve fitting as NNI meant it: a predictive distribution of the final metric by `fitShapes`, corrected by how such
 *  forecasts turned out for the finished trials, and weighed with the place among the others by `winningChance`. Stops when
 *  the trial is surer not to become best than `confidence`.
 *  Running trials are rivals by their own forecasts.
 *
 *  Independent of the metric's scale and offset, per trial, without memory.
 *  Measured by `npm run bench:assessors`; the figures are in docs/benchmarks-assessors.md. */
export const forecast: AssessorDefinition = {
  name: "Forecast",
  aliases: ["ForecastAssessor"],
  description:
    "Forecasts how the learning curve ends, with its uncertainty, and stops a trial that will almost surely not become best.",
  arguments: [
    optimizeModeArgument,
    {
      name: "epoch_num",
      type: "integer",
      minimum: 1,
      default: null,
      nullable: true,
      description:
        "Reports a full trial makes; empty = as planned, or as many as the longest finished trial made.",
    },
    {
      name: "confidence",
      type: "number",
      minimum: 0.5,
      maximum: 1,
      default: 0.99,
      description: "Stops when the probability of not becoming best exceeds this.",
    },
    {
      name: "start_step",
      type: "integer",
      minimum: 1,
      default: 3,
      description: "Reports a trial makes before it may be stopped; at least 17 % of a full trial.",
    },
  ],
  cost: "heavy",
  compares: "all",
  create: (args, mode) => forecastRule(args, mode, winningChance),
};

/** The rule by any judgement of the evidence, so that others can be measured.
 *  @param judge how likely a running trial ends best */
export function forecastRule(
  args: Arguments,
  mode: OptimizeMode,
  judge: (evidence: Evidence) => number,
): Rule {
  const sign = mode === "maximize" ? 1 : -1;
  const confidence = args.number("confidence");
  const startStep = args.number("start_step");
  const knownShapes = new Map<number, readonly Float64Array[]>();
  const shapesOf = (target: number): readonly Float64Array[] => {
    const shapes = knownShapes.get(target) ?? shapesFor(target);
    knownShapes.set(target, shapes);
    return shapes;
  };
  return (trial, history) => {
    const steps = trial.intermediates.length;
    const goOn = (fact: AssessorFact): Judgement => ({ decision: "continue", fact });
    const notJudged = (because: FactOf<"not-judged">["because"]): Judgement =>
      goOn({ kind: "not-judged", steps, because });
    const others = history.filter((t) => t.number !== trial.number && isCurve(t));
    const finished = others.filter(isScored);
    const longest = Math.max(0, ...finished.map((t) => t.intermediates.length));
    const target = args.numberOrNull("epoch_num") ?? trial.budget ?? trial.epochs ?? longest;
    if (!isCurve(trial)) return notJudged("no-numbers");
    if (target === 0) return notJudged("no-length");
    if (steps >= target) return notJudged("nearly-done");
    const first = Math.max(startStep, Math.ceil(leastShare * target));
    if (steps < first) return goOn({ kind: "too-early", steps, first });
    const shapes = shapesOf(target);
    const own = orientedCurve(trial, sign);
    const curves = others.map((t) => orientedCurve(t, sign));
    const priors = priorsFrom(own, curves);
    const window = Math.max(1, Math.round(windowShare * target));
    const place = standing(own, curves, window, 1e-9 * priors.scale);
    if (place.rivals === 0) return notJudged("no-rivals");
    const model = fitShapes(own, shapes, priors);
    const past = finished.map((t) => orientedCurve(t, sign));
    const calibration = calibrate(past, steps, shapes, priors);
    const forecastEnd = corrected(model.predict(target), calibration);
    const running = others.filter(
      (t) => t.status === "RUNNING" && t.intermediates.length >= steps - 1,
    );
    const leader = [
      ...finished.map((t) => ({ mean: endAt(t, target, sign), sd: 0 })),
      ...running.map((t) =>
        fitShapes(orientedCurve(t, sign).slice(0, target), shapes, priors).predict(target),
      ),
    ].reduce((best, end) => (end.mean > best.mean ? end : best), { mean: -Infinity, sd: 0 });
    const shortfall = (leader.mean - forecastEnd.mean) / Math.hypot(forecastEnd.sd, leader.sd);
    const done = steps / target;
    const chance = judge({ ...place, done, shortfall });
    const stop = chance < 1 - confidence;
    const probability = 1 - chance;
    const [end, sd] = [sign * forecastEnd.mean, forecastEnd.sd];
    const bar = leader.mean === -Infinity ? null : sign * leader.mean;
    return {
      decision: stop ? "stop" : "continue",
      fact: { kind: "forecast-end", steps, target, end, sd, bar, probability },
      forecast: bandEpochs(steps, target).map((epoch) => {
        const { mean, sd } = corrected(model.predict(epoch), calibration);
        const [a, b] = [sign * (mean - 1.645 * sd), sign * (mean + 1.645 * sd)];
        return [epoch, Math.min(a, b), sign * mean, Math.max(a, b)] as const;
      }),
    };
  };
}

/** How a finished trial stood when it had as many reports as are planned now, "larger is better". */
function endAt(
  { intermediates, final }: Trial & { readonly final: number },
  target: number,
  sign: 1 | -1,
): number {
  return sign * (intermediates.length > target ? intermediates[target - 1]! : final);
}

function isCurve(trial: Trial): boolean {
  return trial.intermediates.length > 0 && trial.intermediates.every(Number.isFinite);
}

/** At most nine epochs from the next to the last: enough to draw a band. */
function bandEpochs(steps: number, target: number): number[] {
  const count = Math.min(8, target - steps);
  const epochs = Array.from({ length: count }, (_, i) =>
    Math.round(steps + 1 + ((target - steps - 1) * i) / Math.max(1, count - 1)),
  );
  return [...new Set(epochs)];
}
