import type { AssessorFact, FactOf } from "../facts/index.ts";
import { isScored } from "../journal/views.ts";
import { predictWithEnsemble } from "./curve-ensemble.ts";
import { optimizeModeArgument, type AssessorDefinition } from "./definition.ts";

/** NNI's Curvefitting: its twelve curves, filters, Metropolis weights and decision rule, with a seeded generator passed in.
 *
 *  Repaired against NNI 2.1:
 *  - a fit that fails has no vote; NNI keeps the parameters of the last fit of any trial, at first constants;
 *  - the best completed trial is the best final metric; NNI takes the history that was assessed last, of any trial;
 *  - too few surviving curves mean "go on" with a reason; NNI returns nothing and its dispatcher fails;
 *  - `minimize` is understood, with the rule mirrored: goes on while prediction < best / threshold.
 *
 *  Tolerance, against SciPy's fits with the same filters on the histories of test/fixtures/curve-fits.json: at least
 *  97 % of the fits are as good; predictions agree to 0.1 % where the same curves survive, else to 3 %. Kept as NNI has it: the result depends on the metric's scale. */
export const curvefitting: AssessorDefinition = {
  name: "Curvefitting",
  aliases: ["CurvefittingAssessor"],
  description:
    "Extrapolates the learning curve with an ensemble of curves and stops a trial predicted to end below the best.",
  arguments: [
    optimizeModeArgument,
    {
      name: "epoch_num",
      type: "integer",
      minimum: 1,
      default: 20,
      description: "Reports a full trial makes; the prediction is for this one.",
    },
    {
      name: "start_step",
      type: "integer",
      minimum: 0,
      default: 6,
      description: "Reports a trial makes before it may be stopped.",
    },
    {
      name: "threshold",
      type: "number",
      minimum: 0,
      exclusiveMinimum: true,
      default: 0.95,
      description: "Stops when the prediction is below this share of the best result.",
    },
    {
      name: "gap",
      type: "integer",
      minimum: 1,
      default: 1,
      description: "Reports between two judgements.",
    },
  ],
  cost: "heavy",
  compares: "succeeded",
  create(args, mode) {
    const epochs = args.number("epoch_num");
    const startStep = args.number("start_step");
    const threshold = args.number("threshold");
    const gap = args.number("gap");
    return (trial, history, rng) => {
      const curve = trial.intermediates;
      const steps = curve.length;
      const goOn = (fact: AssessorFact) => ({ decision: "continue", fact }) as const;
      const notJudged = (because: FactOf<"not-judged">["because"]) =>
        goOn({ kind: "not-judged", steps, because });
      if (steps === 0 || steps < startStep)
        return goOn({ kind: "too-early", steps, first: startStep });
      if ((steps - startStep) % gap !== 0) return goOn({ kind: "between-judgements", steps, gap });
      const finals = history.filter((t) => t.number !== trial.number).filter(isScored);
      if (finals.length === 0) return notJudged("none-finished");
      if (!curve.every(Number.isFinite)) return notJudged("no-numbers");
      const best = finals
        .map((t) => t.final)
        .reduce((a, b) => (mode === "maximize" ? Math.max(a, b) : Math.min(a, b)));
      const predicted = predictWithEnsemble(curve, epochs, mode, rng);
      if (predicted === null) return notJudged("no-agreement");
      const bar = mode === "maximize" ? best * threshold : best / threshold;
      const stop = mode === "maximize" ? !(predicted > bar) : !(predicted < bar);
      return {
        decision: stop ? "stop" : "continue",
        fact: { kind: "predicted-end", steps, predicted, epochs, bar, best },
      };
    };
  },
};
