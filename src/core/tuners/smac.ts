import type { Fact } from "../facts/index.ts";
import { logImprovement } from "../math/gaussian-process/expected-improvement.ts";
import { predictForest, trainForest } from "../math/forest.ts";
import type { Rng } from "../math/rng.ts";
import { effectiveKey, sampleParameters } from "../search-space/index.ts";
import { allParameterTypes, defineTuner } from "./contract/definition.ts";
import { Encoding, nearest } from "./gaussian-process/encoding.ts";
import { fromLoss, succeededTrials } from "./common/observations.ts";
import type { Provenance } from "./contract/tuner.ts";
import { replaceRepeat, seenConfigurations } from "./common/unseen.ts";

const startupTrials = 10;
const randomCandidates = 2000;
const incumbents = 10;
const localSteps = 30;
const neighbours = 4;
/** SMAC3's forest: ten trees, five sixths of the features, three observations to split. */
const forestOptions = { trees: 10, featureShare: 5 / 6, minimumSplit: 3, minimumLeaf: 3 };

/** Sequential model-based algorithm configuration: a random forest predicts mean and variance, expected improvement is
 *  sought by local search from the best trials and among random points; every second trial is random, as in SMAC3. */
export const smac = defineTuner({
  name: "SMAC",
  aliases: ["SMACTuner"],
  description: "Models the metric with a random forest; good with many choices.",
  arguments: [
    {
      name: "config_dedup",
      type: "boolean",
      default: false,
      description: "NNI's switch against repeats; here no configuration is ever repeated.",
    },
  ],
  types: allParameterTypes,
  nested: true,
  multiFidelity: false,
  cost: "heavy",
  create: (_args, mode) => ({
    suggest(space, history, rng) {
      const seen = seenConfigurations(space, history);
      const encoding = new Encoding(space);
      const { dims } = encoding;
      const observations = succeededTrials(history, mode).flatMap(({ trial, loss }) => {
        const x = encoding.encode(trial.parameters);
        return x === null ? [] : [{ x, loss }];
      });
      const startup = { done: Math.min(observations.length, startupTrials), needed: startupTrials };
      const interleaved = history.length % 2 === 1;
      if (observations.length < startupTrials || interleaved) {
        const { parameters } = replaceRepeat(space, seen, sampleParameters(space, rng), rng);
        const provenance: Provenance =
          observations.length < startupTrials
            ? { source: "startup", startup }
            : { source: "random" };
        return { kind: "trial", parameters, provenance };
      }
      const values = new Float64Array(observations.length * dims);
      // The extra category stands for a choice that is switched off.
      const forestPoint = (x: Float64Array, out: Float64Array): Float64Array => {
        encoding.canonical(x, out);
        encoding.features.forEach(({ kind, levels }, k) => {
          if (kind === "categorical" && out[k]! < 0) out[k] = levels.length;
        });
        return out;
      };
      observations.forEach(({ x }, i) => forestPoint(x, values.subarray(i * dims, (i + 1) * dims)));
      const forest = trainForest(
        {
          x: values,
          y: Float64Array.from(observations, ({ loss }) => loss),
          dims,
          categories: encoding.features.map((f) =>
            f.kind === "categorical" ? f.levels.length + 1 : 0,
          ),
        },
        rng,
        forestOptions,
      );
      const best = Math.min(...observations.map(({ loss }) => loss));
      const scratch = new Float64Array(dims);
      const score = (x: Float64Array): number => {
        if (!encoding.isAllowed(x)) return -Infinity;
        const { mean, variance } = predictForest(forest, forestPoint(x, scratch));
        const sd = Math.sqrt(variance);
        if (sd < 1e-12) return mean < best ? Math.log(best - mean) : -1e9;
        return Math.log(sd) + logImprovement((best - mean) / sd).value;
      };
      const pool = Array.from({ length: randomCandidates }, () => encoding.sample(rng)).map(
        (x) => ({
          x,
          value: score(x),
        }),
      );
      const starts = [...observations].sort((a, b) => a.loss - b.loss).slice(0, incumbents);
      for (const { x } of starts) pool.push(climb(encoding, x, score, rng));
      pool.sort((a, b) => b.value - a.value);
      for (const { x, value } of pool) {
        if (value === -Infinity) break;
        const parameters = encoding.decode(x);
        if (seen.has(effectiveKey(space, parameters))) continue;
        const { mean, variance } = predictForest(forest, forestPoint(x, scratch));
        const facts: readonly Fact[] = [
          { kind: "expected", mean: fromLoss(mean, mode), deviation: Math.sqrt(variance) },
          { kind: "improvement", expected: Math.exp(value) },
          { kind: "fitted", results: observations.length },
        ];
        return { kind: "trial", parameters, provenance: { source: "model", facts } };
      }
      const { parameters } = replaceRepeat(space, seen, sampleParameters(space, rng), rng);
      return { kind: "trial", parameters, provenance: { source: "fallback" } };
    },
  }),
});

/** Goes to the best of a point's one-exchange neighbours as long as one is better; numbers move by a fifth of their
 *  range in standard deviation, as SMAC3's neighbourhood does. */
function climb(
  encoding: Encoding,
  start: Float64Array,
  score: (x: Float64Array) => number,
  rng: Rng,
): { x: Float64Array; value: number } {
  let current = { x: start, value: score(start) };
  for (let step = 0; step < localSteps; step++) {
    let best = current;
    encoding.features.forEach(({ levels, kind }, k) => {
      if (!encoding.isActive(current.x, k)) return;
      const moves =
        kind === "categorical"
          ? levels
          : Float64Array.from({ length: neighbours }, () => {
              const u = Math.min(1, Math.max(0, current.x[k]! + 0.2 * rng.normal()));
              return levels.length > 0 ? levels[nearest(levels, u)]! : u;
            });
      for (const value of moves) {
        if (value === current.x[k]) continue;
        const x = Float64Array.from(current.x);
        x[k] = value;
        const candidate = { x, value: score(x) };
        if (candidate.value > best.value) best = candidate;
      }
    });
    if (best === current) break;
    current = best;
  }
  return current;
}
