import type { AssessorFact } from "../facts/index.ts";
import type { Trial } from "../trial.ts";
import type { OptimizeMode } from "../tuners/contract/tuner.ts";
import { optimizeModeArgument, type AssessorDefinition } from "./definition.ts";

/** Stops a trial whose best report so far is not among the best `percentile` per cent, rounded up, of what it and the
 *  others had reached after as many reports: of five the middle one goes on at 50. Stopped and running trials count too, so
 *  that the bar does not sink as trials are stopped. */
export const percentile: AssessorDefinition = {
  name: "Percentile",
  aliases: ["PercentileAssessor"],
  description:
    "Stops a trial whose best result so far is not among the best share of all trials at the same epoch.",
  arguments: [
    optimizeModeArgument,
    {
      name: "percentile",
      type: "number",
      minimum: 0,
      maximum: 100,
      exclusiveMinimum: true,
      default: 50,
      description: "Per cent of the trials that go on.",
    },
    {
      name: "start_step",
      type: "integer",
      minimum: 0,
      default: 1,
      description: "Reports a trial makes before it may be stopped.",
    },
    {
      name: "min_trials",
      type: "integer",
      minimum: 1,
      default: 4,
      description: "Other trials with as many reports that are needed for a judgement.",
    },
  ],
  cost: "light",
  compares: "all",
  create(args, mode) {
    const percent = args.number("percentile");
    const startStep = args.number("start_step");
    const minTrials = args.number("min_trials");
    return (trial, history) => {
      const steps = trial.intermediates.length;
      const goOn = (fact: AssessorFact) => ({ decision: "continue", fact }) as const;
      if (steps === 0 || steps < startStep)
        return goOn({ kind: "too-early", steps, first: startStep });
      const others = history
        .filter((other) => other.number !== trial.number)
        .flatMap((other) => bestWithin(other, steps, mode));
      if (others.length < minTrials)
        return goOn({ kind: "too-few-trials", steps, trials: others.length, needed: minTrials });
      const own = bestWithin(trial, steps, mode)[0] ?? -Infinity;
      const better = others.filter((value) => value > own).length;
      const places = Math.max(1, Math.ceil((percent / 100) * (others.length + 1)));
      const compared = { steps, best: metricOf(own, mode), trials: others.length };
      return {
        decision: better >= places ? "stop" : "continue",
        fact: { kind: "share-of-trials", ...compared, better, percent },
      };
    };
  },
};

/** A "larger is better" figure as the metric; null where there is none. */
export function metricOf(figure: number, mode: OptimizeMode): number | null {
  if (figure === -Infinity) return null;
  return mode === "maximize" ? figure : -figure;
}

/** The best of the first `steps` reports as "larger is better"; nothing if there are fewer or none is a number. */
export function bestWithin(trial: Trial, steps: number, mode: OptimizeMode): number[] {
  if (trial.intermediates.length < steps) return [];
  const sign = mode === "maximize" ? 1 : -1;
  let best = -Infinity;
  for (let i = 0; i < steps; i++) best = Math.max(best, sign * finiteOr(trial.intermediates[i]!));
  return best === -Infinity ? [] : [best];

  function finiteOr(x: number): number {
    return Number.isNaN(x) ? -sign * Infinity : x;
  }
}
