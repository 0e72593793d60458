import { AppError } from "../errors.ts";
import type { Fact } from "../facts/index.ts";
import { fitIsotropic, smoothnesses } from "../math/gaussian-process/isotropic.ts";
import { normalCdf, normalPdf } from "../math/normal.ts";
import { effectiveKey, sampleParameters } from "../search-space/index.ts";
import { defineTuner } from "./contract/definition.ts";
import { representative } from "./gaussian-process/fit-model.ts";
import { succeededTrials } from "./common/observations.ts";
import { climbAxes, createRawSpace } from "./common/raw-space.ts";
import { replaceRepeat, seenConfigurations } from "./common/unseen.ts";
import { word } from "../words/index.ts";

/** Work of one suggestion, which bounds the number of points: a prediction costs n²/2 plus n kernel values. */
const operations = 2.5e7;
const largestModel = 250;
const mostStarts = 10;
const utilities = ["ei", "ucb", "poi"] as const;

/** NNI's GP tuner: one length-scale on raw, unscaled values, as it was – learning rates not in logarithms. Repaired:
 *  quniform keeps to its grid, choices to their options. Warm-up points and local searches are fewer than asked for when
 *  the history is long, and local searches step along the axes. */
export const gp = defineTuner({
  name: "GPTuner",
  aliases: ["GP"],
  description:
    "NNI's Gaussian-process tuner with its arguments; GaussianProcess is the better one.",
  arguments: [
    {
      name: "utility",
      type: "choice",
      choices: utilities,
      default: "ei",
      description:
        "What is maximised: expected improvement, upper confidence bound or probability of improvement.",
    },
    {
      name: "kappa",
      type: "number",
      default: 5,
      minimum: 0,
      description: "Weight of the uncertainty under ucb.",
    },
    {
      name: "xi",
      type: "number",
      default: 0,
      description: "Improvement that does not count yet under ei and poi.",
    },
    {
      name: "nu",
      type: "number",
      default: 2.5,
      minimum: 0,
      exclusiveMinimum: true,
      description: "Smoothness of the Matérn kernel: 0.5, 1.5 or 2.5.",
    },
    {
      name: "alpha",
      type: "number",
      default: 1e-6,
      minimum: 0,
      description: "Noise variance relative to the metric's variance.",
    },
    {
      name: "cold_start_num",
      type: "integer",
      default: 10,
      minimum: 1,
      maximum: 100_000,
      description: "Random trials before the model takes over.",
    },
    {
      name: "selection_num_warm_up",
      type: "integer",
      default: 100_000,
      minimum: 1,
      maximum: 10_000_000,
      description: "Random points among which the best are sought.",
    },
    {
      name: "selection_num_starting_points",
      type: "integer",
      default: 250,
      minimum: 0,
      maximum: 1_000_000,
      description: "Points that a local search improves.",
    },
  ],
  types: ["choice", "randint", "uniform", "quniform", "loguniform", "qloguniform"],
  nested: false,
  multiFidelity: false,
  cost: "heavy",
  create(args, mode) {
    const nu = args.number("nu");
    const smoothness = smoothnesses.find((value) => value === nu);
    if (smoothness === undefined)
      throw new AppError(
        "tuner-argument-invalid",
        word("argument-wrong", {
          owner: "GPTuner",
          argument: "classArgs.nu",
          expected: word("gp-nu"),
          value: String(nu),
        }),
        { tuner: "GPTuner", argument: "classArgs.nu" },
      );
    const utility = utilities.find((name) => name === args.text("utility")) ?? utilities[0];
    const [kappa, xi] = [args.number("kappa"), args.number("xi")];
    const needed = args.number("cold_start_num");
    return {
      suggest(space, history, rng) {
        const raw = createRawSpace(space, "GPTuner");
        const seen = seenConfigurations(space, history);
        const all = succeededTrials(history, mode).flatMap(({ trial, loss }) => {
          const x = raw.encode(trial.parameters);
          return x === null ? [] : [{ x, loss }];
        });
        if (all.length < needed) {
          const { parameters } = replaceRepeat(space, seen, sampleParameters(space, rng), rng);
          const startup = { done: all.length, needed };
          return { kind: "trial", parameters, provenance: { source: "startup", startup } };
        }
        const kept = representative(
          Float64Array.from(all, ({ loss }) => loss),
          largestModel,
        ).map((i) => all[i]!);
        const n = kept.length;
        const process = fitIsotropic(
          kept.map(({ x }) => x),
          kept.map(({ loss }) => -loss),
          { smoothness, alpha: args.number("alpha"), estimateAmplitude: false },
        );
        const best = Math.max(...kept.map(({ loss }) => -loss));
        const score = (x: Float64Array): number => {
          const { mean, deviation } = process.predict(x);
          if (utility === "ucb") return mean + kappa * deviation;
          const gain = mean - best - xi;
          if (deviation === 0) return utility === "poi" ? Number(gain > 0) : Math.max(0, gain);
          const z = gain / deviation;
          if (utility === "poi") return normalCdf(z);
          return gain * normalCdf(z) + deviation * normalPdf(z);
        };
        const warmUp = Math.min(
          args.number("selection_num_warm_up"),
          Math.max(200, Math.floor(operations / (0.5 * n * n + 30 * n))),
        );
        const points = Array.from({ length: warmUp }, () => raw.snap(raw.sample(rng)));
        const starts = Math.min(args.number("selection_num_starting_points"), mostStarts);
        const candidates = climbAxes(raw, points, score, starts);
        for (const { x, value } of candidates.slice(0, 1000)) {
          const parameters = raw.decode(x);
          if (seen.has(effectiveKey(space, parameters))) continue;
          const { mean, deviation } = process.predict(x);
          const facts: readonly Fact[] = [
            { kind: "expected", mean: mode === "maximize" ? mean : -mean, deviation },
            { kind: "score", utility, value },
            { kind: "fitted", results: n, lengthScale: process.lengthScale },
          ];
          return { kind: "trial", parameters, provenance: { source: "model", facts } };
        }
        const { parameters } = replaceRepeat(space, seen, sampleParameters(space, rng), rng);
        return { kind: "trial", parameters, provenance: { source: "fallback" } };
      },
    };
  },
});
