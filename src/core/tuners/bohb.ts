import type { Fact } from "../facts/index.ts";
import type { Rng } from "../math/rng.ts";
import {
  effectiveKey,
  nextInitial,
  sampleParameters,
  type Parameters,
  type SearchSpace,
} from "../search-space/index.ts";
import type { Trial } from "../trial.ts";
import { allParameterTypes, defineTuner } from "./contract/definition.ts";
import { Encoding } from "./gaussian-process/encoding.ts";
import { execModeArgument } from "./hyperband.ts";
import { hyperbandBrackets } from "./multi-fidelity/brackets.ts";
import { density, estimateDensity, sampleNear } from "./multi-fidelity/density.ts";
import { latestLoss, nextInSchedule } from "./multi-fidelity/schedule.ts";
import type { OptimizeMode } from "./contract/tuner.ts";
import { replaceRepeat, seenConfigurations } from "./common/unseen.ts";

/** How good and bad trials become two densities. */
export interface DensityModelOptions {
  readonly mode: OptimizeMode;
  /** Null: one more than there are parameters. */
  readonly minimumPoints: number | null;
  readonly topPercent: number;
  readonly samples: number;
  readonly bandwidthFactor: number;
  readonly minimumBandwidth: number;
}

/** Hyperband whose new configurations come from a density model of good and bad ones at the largest budget that has
 *  enough results. */
export const bohb = defineTuner({
  name: "BOHB",
  aliases: ["BOHBAdvisor"],
  description:
    "Hyperband that learns: new configurations come from where good ones were, bad ones end early.",
  arguments: [
    {
      name: "min_budget",
      type: "integer",
      default: 1,
      minimum: 1,
      maximum: 100_000,
      description: "Epochs of the first rung of the most aggressive bracket.",
    },
    {
      name: "max_budget",
      type: "integer",
      default: 3,
      minimum: 1,
      maximum: 100_000,
      description: "Epochs that a configuration gets at most.",
    },
    {
      name: "eta",
      type: "number",
      default: 3,
      minimum: 1.1,
      maximum: 100,
      description: "One in eta configurations goes on to the next rung.",
    },
    {
      name: "min_points_in_model",
      type: "integer",
      default: null,
      nullable: true,
      minimum: 1,
      maximum: 10_000,
      description: "Results a budget needs for a model; empty = number of parameters + 1.",
    },
    {
      name: "top_n_percent",
      type: "integer",
      default: 15,
      minimum: 1,
      maximum: 99,
      description: "Percentage of results that count as good.",
    },
    {
      name: "num_samples",
      type: "integer",
      default: 64,
      minimum: 1,
      maximum: 100_000,
      description: "Candidates drawn from the model for one suggestion.",
    },
    {
      name: "random_fraction",
      type: "number",
      default: 1 / 3,
      minimum: 0,
      maximum: 1,
      description: "Share of configurations drawn at random in spite of the model.",
    },
    {
      name: "bandwidth_factor",
      type: "number",
      default: 3,
      minimum: 0,
      maximum: 1000,
      exclusiveMinimum: true,
      description: "How much wider than the model its samples are drawn.",
    },
    {
      name: "min_bandwidth",
      type: "number",
      default: 0.001,
      minimum: 0,
      maximum: 1,
      exclusiveMinimum: true,
      description: "Smallest bandwidth, which keeps the model from collapsing to a point.",
    },
    {
      name: "config_space",
      type: "text",
      default: null,
      nullable: true,
      description: "NNI's file in ConfigSpace form; accepted and not needed here.",
    },
    execModeArgument,
  ],
  types: allParameterTypes,
  nested: true,
  multiFidelity: true,
  cost: "light",
  create(args, mode) {
    const brackets = hyperbandBrackets(
      Math.max(args.number("min_budget"), args.number("max_budget")),
      args.number("eta"),
      args.number("min_budget"),
    );
    const randomFraction = args.number("random_fraction");
    const execMode = args.text("exec_mode") === "serial" ? "serial" : "parallelism";
    const options: DensityModelOptions = {
      mode,
      minimumPoints: args.numberOrNull("min_points_in_model"),
      topPercent: args.number("top_n_percent"),
      samples: args.number("num_samples"),
      bandwidthFactor: args.number("bandwidth_factor"),
      minimumBandwidth: args.number("min_bandwidth"),
    };
    return {
      suggest(space, history, rng) {
        return nextInSchedule(history, { brackets, execMode, mode }, () => {
          const initial = nextInitial(space, history);
          if (initial !== null) return { parameters: initial, provenance: { source: "initial" } };
          const seen = seenConfigurations(space, history);
          const proposal =
            rng.next() < randomFraction
              ? null
              : proposeByDensity(space, { history, seen }, rng, options);
          if (proposal !== null)
            return {
              parameters: proposal.parameters,
              provenance: { source: "model", facts: [proposal.fact] },
            };
          const { parameters } = replaceRepeat(space, seen, sampleParameters(space, rng), rng);
          return { parameters, provenance: { source: "random" } };
        });
      },
    };
  },
});

/** What has been tried. */
export interface Known {
  readonly history: readonly Trial[];
  /** Their configurations, as `seenConfigurations` has them. */
  readonly seen: ReadonlySet<string>;
}

/** The sample near good configurations with the smallest ratio of bad to good density that is new; null without a model. */
export function proposeByDensity(
  space: SearchSpace,
  { history, seen }: Known,
  rng: Rng,
  options: DensityModelOptions,
): { readonly parameters: Parameters; readonly fact: Fact } | null {
  const encoding = new Encoding(space);
  const { dims } = encoding;
  const least = options.minimumPoints ?? dims + 1;
  const budgets = [...new Set(history.flatMap((trial) => trial.budget ?? []))].sort(
    (a, b) => b - a,
  );
  for (const budget of budgets) {
    const results = history
      .filter((trial) => trial.budget === budget)
      .flatMap((trial) => {
        const loss = latestLoss(trial, options.mode);
        const open = trial.status === "WAITING" || trial.status === "RUNNING";
        const x = loss === null || open ? null : encoding.encode(trial.parameters);
        return loss === null || x === null
          ? []
          : [{ x: randomiseInactive(encoding, x, rng), loss }];
      })
      .sort((a, b) => a.loss - b.loss);
    const good = Math.max(least, Math.floor((options.topPercent * results.length) / 100));
    const bad = Math.max(least, Math.floor(((100 - options.topPercent) * results.length) / 100));
    const badPoints = results.slice(good, good + bad);
    if (results.length < least || badPoints.length <= dims) continue;

    const categories = encoding.features.map((f) =>
      f.kind === "categorical" ? f.levels.length : 0,
    );
    const estimate = (list: typeof results) =>
      estimateDensity(
        list.map(({ x }) => x),
        categories,
        options.minimumBandwidth,
      );
    const l = estimate(results.slice(0, good));
    const g = estimate(badPoints);
    const candidates = Array.from({ length: options.samples }, () => {
      const x = sampleNear(l, rng, options.bandwidthFactor);
      const [good, bad] = [density(l, x), density(g, x)];
      return { x, good, bad, ratio: Math.max(1e-32, bad) / Math.max(1e-32, good) };
    }).sort((a, b) => a.ratio - b.ratio);
    for (const { x, good, bad } of candidates) {
      if (!encoding.isAllowed(x)) continue;
      const parameters = encoding.decode(x);
      if (seen.has(effectiveKey(space, parameters))) continue;
      return {
        parameters,
        fact: { kind: "typical", results: results.length, budget, l: good, g: bad },
      };
    }
    return null;
  }
  return null;
}

/** Parameters of branches not taken say nothing: they are drawn from the prior so that they bias neither density. */
function randomiseInactive(encoding: Encoding, x: Float64Array, rng: Rng): Float64Array {
  const drawn = encoding.sample(rng);
  return Float64Array.from(x, (value, k) => (encoding.isActive(x, k) ? value : drawn[k]!));
}
