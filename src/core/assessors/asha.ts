import { optimizeModeArgument, type AssessorDefinition } from "./definition.ts";
import { bestWithin, metricOf } from "./percentile.ts";

/** Asynchronous successive halving (Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020) in
 *  its stopping form: at the rungs min_epochs · eta^k a trial goes on if it is among the best 1/eta of all trials that
 *  have reached the rung so far; the best one always does. */
export const asha: AssessorDefinition = {
  name: "ASHA",
  aliases: ["SuccessiveHalving", "AshaAssessor"],
  description:
    "Successive halving without waiting: at growing intervals only the best share of the trials that got so far goes on.",
  arguments: [
    optimizeModeArgument,
    {
      name: "eta",
      type: "number",
      minimum: 1,
      exclusiveMinimum: true,
      default: 3,
      description: "One in so many trials goes on at each rung.",
    },
    {
      name: "min_epochs",
      type: "integer",
      minimum: 1,
      default: 1,
      description: "Reports at the first rung.",
    },
  ],
  cost: "light",
  compares: "all",
  create(args, mode) {
    const eta = args.number("eta");
    const first = args.number("min_epochs");
    return (trial, history) => {
      const steps = trial.intermediates.length;
      if (!isRung(steps, first, eta))
        return { decision: "continue", fact: { kind: "not-judged", steps, because: "no-rung" } };
      const own = bestWithin(trial, steps, mode)[0] ?? -Infinity;
      const others = history
        .filter((other) => other.number !== trial.number)
        .flatMap((other) => bestWithin(other, steps, mode));
      const trials = others.length + 1;
      const places = Math.max(1, Math.floor(trials / eta));
      const better = others.filter((value) => value > own).length;
      const compared = { steps, best: metricOf(own, mode), trials };
      return {
        decision: better >= places ? "stop" : "continue",
        fact: { kind: "place-on-rung", ...compared, place: better + 1, places },
      };
    };
  },
};

/** True if `steps` is min_epochs · eta^k, rounded down as budgets are. */
function isRung(steps: number, first: number, eta: number): boolean {
  for (let rung = first; Math.floor(rung + 1e-9) <= steps; rung *= eta)
    if (Math.floor(rung + 1e-9) === steps) return true;
  return false;
}
