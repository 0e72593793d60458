import type { JsonObject } from "../json.ts";
import { createCmaState, sampleCma, updateCma, type CmaState } from "../math/cma-es.ts";
import { sampleParameters } from "../search-space/index.ts";
import type { Trial } from "../trial.ts";
import { allParameterTypes, defineTuner } from "./contract/definition.ts";
import { toLoss } from "./common/observations.ts";
import { drawFromPrior, spaceAxes, type NumericAxis } from "./tpe/axes.ts";
import { drawRow } from "./tpe/draw.ts";
import type { OptimizeMode } from "./contract/tuner.ts";
import { drawUnseen, seenConfigurations } from "./common/unseen.ts";

const attempts = 100;

/** CMA-ES over the numeric parameters that are always active; choices and what is nested in them are drawn at random.
 *  Each trial carries its generation and its point, so the strategy's whole state is replayed from the history: a
 *  generation closes with its first lambda finished trials, failed ones ranking last. */
export const cmaEs = defineTuner({
  name: "CMA-ES",
  aliases: ["CmaEs", "CmaEsTuner"],
  description:
    "Adapts a normal distribution to where good trials lie; strong from about 100 trials on when parameters are numbers.",
  arguments: [
    {
      name: "population_size",
      type: "integer",
      minimum: 4,
      maximum: 1000,
      default: null,
      nullable: true,
      description: "Trials per generation; empty = 4 + 3 ln(number of numeric parameters).",
    },
    {
      name: "sigma",
      type: "number",
      minimum: 0,
      exclusiveMinimum: true,
      maximum: 1,
      default: 0.2,
      description: "First step size, as a share of each range.",
    },
  ],
  types: allParameterTypes,
  nested: true,
  multiFidelity: false,
  cost: "light",
  create(args, optimizeMode) {
    const population = args.numberOrNull("population_size");
    const sigma = args.number("sigma");
    return {
      suggest(space, history, rng) {
        const axes = spaceAxes(space);
        const numeric = axes.list.filter(
          (axis): axis is NumericAxis =>
            axis.kind === "numeric" && space.parameters.some((p) => p.path === axis.spec.path),
        );
        const seen = seenConfigurations(space, history);
        const size = population ?? 4 + Math.floor(3 * Math.log(Math.max(1, numeric.length)));
        const { state, generation } = replay(history, numeric, { size, sigma, mode: optimizeMode });
        const place = new Map(numeric.map((axis, i) => [axis.index, i]));
        for (let attempt = 0; attempt < attempts; attempt++) {
          const raw = numeric.length > 0 ? sampleCma(state, rng) : [];
          const outside = numeric.some((axis, i) => axis.bounded && (raw[i]! < 0 || raw[i]! > 1));
          // the last tries are clipped rather than drawn again
          if (outside && attempt < attempts / 2) continue;
          const x = raw.map((v, i) => (numeric[i]!.bounded ? Math.min(1, Math.max(0, v)) : v));
          const draw = drawRow(axes, space, seen, (axis) => {
            const i = place.get(axis.index);
            return i === undefined ? drawFromPrior(axis, rng) : x[i]!;
          });
          if (draw === null) continue;
          return {
            kind: "trial",
            parameters: draw.parameters,
            provenance: {
              source: generation === 0 ? "startup" : "model",
              facts: [{ kind: "generation", generation, sigma: state.sigma }],
            },
            tunerState: { generation, x },
          };
        }
        const parameters = drawUnseen(space, seen, rng) ?? sampleParameters(space, rng);
        return { kind: "trial", parameters, provenance: { source: "fallback" } };
      },
    };
  },
});

interface StrategyOptions {
  /** Trials of a generation. */
  readonly size: number;
  /** Of the first generation. */
  readonly sigma: number;
  readonly mode: OptimizeMode;
}

/** The strategy after every generation that the history completes. */
function replay(
  history: readonly Trial[],
  numeric: readonly NumericAxis[],
  { size, sigma, mode }: StrategyOptions,
): { readonly state: CmaState; readonly generation: number } {
  const mean = numeric.map((axis) => (axis.bounded ? 0.5 : 0));
  let state = createCmaState(mean, sigma, size);
  for (let generation = 0; ; generation++) {
    const finished = history
      .filter((trial) => trial.tunerState?.["generation"] === generation && hasEnded(trial))
      .slice(0, size)
      .map((trial) => ({ x: pointOf(trial.tunerState), loss: lossOf(trial, mode) }));
    const usable = finished.every(({ x }) => x.length === numeric.length);
    if (finished.length < size || numeric.length === 0 || !usable) return { state, generation };
    finished.sort((p, q) => p.loss - q.loss);
    state = updateCma(
      state,
      finished.map(({ x }) => x),
    );
  }
}

const hasEnded = (trial: Trial): boolean =>
  trial.status !== "WAITING" && trial.status !== "RUNNING";

function lossOf(trial: Trial, mode: OptimizeMode): number {
  const metric = trial.status === "EARLY_STOPPED" ? trial.intermediates.at(-1) : trial.final;
  const failed = trial.status === "FAILED" || trial.status === "USER_CANCELED";
  return (failed ? null : toLoss(metric, mode)) ?? Number.MAX_VALUE;
}

function pointOf(state: JsonObject | undefined): number[] {
  const x = state?.["x"];
  return Array.isArray(x) ? x.map(Number) : [];
}
