import { isScored } from "../journal/views.ts";
import { normalCdf } from "../math/normal.ts";
import { sentence } from "../sentences.ts";
import type { Trial } from "../trial.ts";
import type { Assessment } from "./assessor.ts";
import { fitShapes, shapesFor } from "./curve-forecast.ts";
import { optimizeModeArgument, type AssessorDefinition } from "./definition.ts";
import { calibrate, corrected, orientedCurve, priorsFrom } from "./forecast-history.ts";

/** Judgements in a row that must agree; each is made from the reports alone, so nothing has to be remembered. */
const agreeing = 3;
/** Curve fitting as NNI meant it: a predictive distribution of the final metric by `fitShapes`, corrected by how such
 *  forecasts turned out for the finished trials; stops when P(final < best finished) exceeds `confidence` three reports in
 *  a row. Running trials do not count as rivals: measured, that lost winners and saved little.
 *
 *  Independent of the metric's scale and offset, per trial, the same for any interleaving of the trials' reports.
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
        "Reports a full trial makes; empty = as many as the longest finished trial made.",
    },
    {
      name: "confidence",
      type: "number",
      minimum: 0.5,
      maximum: 1,
      default: 0.92,
      description: "Stops when the probability of ending below the best exceeds this.",
    },
    {
      name: "start_step",
      type: "integer",
      minimum: 1,
      default: 3,
      description:
        "Reports a trial makes before it may be stopped; at least 7.5 % of a full trial.",
    },
  ],
  cost: "heavy",
  create(args, mode) {
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
      const goOn = (reason: string): Assessment => ({
        decision: "continue",
        reason,
        details: { steps },
      });
      const others = history.filter((t) => t.number !== trial.number && isCurve(t));
      const finished = others.filter(isScored);
      const longest = Math.max(0, ...finished.map((t) => t.intermediates.length));
      const target = args.numberOrNull("epoch_num") ?? trial.budget ?? longest;
      if (!isCurve(trial)) return goOn("The reports are not all numbers.");
      if (target === 0) return goOn("No trial has finished yet to say how long one is.");
      if (steps >= target) return goOn("The trial is about to finish.");
      const first = Math.max(startStep, Math.ceil(0.075 * target));
      if (steps < first) return goOn(`Report ${steps} of ${first} before the first judgement.`);
      const shapes = shapesOf(target);
      const curves = others.map((t) => orientedCurve(t, sign));
      const ended = finished.map((t) => ({ final: sign * t.final, curve: orientedCurve(t, sign) }));
      const own = orientedCurve(trial, sign);
      const judge = (length: number) => {
        const curve = own.slice(0, length);
        const priors = priorsFrom(curve, curves);
        const model = fitShapes(curve, shapes, priors);
        const past = ended.map((t) => t.curve);
        const calibration = calibrate(past, length, shapes, priors);
        const end = corrected(model.predict(target), calibration);
        const bar = Math.max(-Infinity, ...ended.map((t) => t.final));
        const probability = normalCdf((bar - end.mean) / end.sd);
        return { probability, bar, end, model, calibration };
      };
      const now = judge(steps);
      let probability = now.probability;
      for (let back = 1; back < agreeing && probability > confidence; back++)
        probability = steps - back < 1 ? 0 : Math.min(probability, judge(steps - back).probability);
      const percent = Math.floor(100 * probability);
      const stop = probability > confidence;
      const [end, sd] = [sign * now.end.mean, now.end.sd];
      const bar = now.bar === -Infinity ? "nothing yet" : sign * now.bar;
      return {
        decision: stop ? "stop" : "continue",
        reason: sentence("forecast-end", { end, sd, bar, percent }),
        details: { steps, target, probability, end, sd },
        forecast: bandEpochs(steps, target).map((epoch) => {
          const { mean, sd } = corrected(now.model.predict(epoch), now.calibration);
          const [a, b] = [sign * (mean - 1.645 * sd), sign * (mean + 1.645 * sd)];
          return [epoch, Math.min(a, b), sign * mean, Math.max(a, b)] as const;
        }),
      };
    };
  },
};

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
