import type { Trial } from "../trial.ts";
import { optimizeModeArgument, type AssessorDefinition } from "./definition.ts";
import { metricOf } from "./percentile.ts";

/** NNI's Medianstop (the same in 2.1 and 3.0): stops a trial whose best report so far is worse than the median over the
 *  succeeded trials of the mean of as many reports. A tie goes on; the median of an even number of trials is the worse
 *  of the two middle ones.
 *  A report that is NaN never decides: it counts neither as the best report nor in a mean. */
export const medianstop: AssessorDefinition = {
  name: "Medianstop",
  aliases: ["MedianstopAssessor", "MedianStop"],
  description:
    "Stops a trial whose best result so far is below the median of the running averages of the trials that finished.",
  arguments: [
    optimizeModeArgument,
    {
      name: "start_step",
      type: "integer",
      minimum: 0,
      default: 0,
      description: "Reports a trial makes before it may be stopped.",
    },
  ],
  cost: "light",
  compares: "succeeded",
  create(args, mode) {
    const startStep = args.number("start_step");
    const sign = mode === "maximize" ? 1 : -1;
    return (trial, history) => {
      const steps = trial.intermediates.length;
      if (steps === 0 || steps < startStep)
        return { decision: "continue", fact: { kind: "too-early", steps, first: startStep } };
      const averages = history
        .filter((other) => other.number !== trial.number)
        .flatMap((other) => runningAverage(other, steps))
        .sort((a, b) => sign * (a - b));
      const median = averages[Math.floor((averages.length - 1) / 2)];
      const best = Math.max(...trial.intermediates.map((x) => (x === x ? sign * x : -Infinity)));
      if (median === undefined)
        return {
          decision: "continue",
          fact: { kind: "not-judged", steps, because: "none-as-long" },
        };
      const compared = { steps, best: metricOf(best, mode), trials: averages.length, median };
      return best < sign * median
        ? { decision: "stop", fact: { kind: "below-median", ...compared } }
        : { decision: "continue", fact: { kind: "not-below-median", ...compared } };
    };
  },
};

/** The mean of a succeeded trial's first `steps` reports; nothing if it has fewer or one of them is NaN. */
function runningAverage(trial: Trial, steps: number): number[] {
  if (trial.status !== "SUCCEEDED" || trial.intermediates.length < steps) return [];
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += trial.intermediates[i]!;
  return Number.isNaN(sum) ? [] : [sum / steps];
}
