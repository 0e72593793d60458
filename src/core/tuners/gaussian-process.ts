import { createPosterior } from "../math/gaussian-process/posterior.ts";
import type { Rng } from "../math/rng.ts";
import { sampleParameters, type SearchSpace } from "../search-space/index.ts";
import type { Trial } from "../trial.ts";
import { allParameterTypes, defineTuner } from "./definition.ts";
import { defaultSearchOptions, searchImprovement } from "./gaussian-process/acquisition.ts";
import { Encoding } from "./gaussian-process/encoding.ts";
import { fitModel, type TrainingSet } from "./gaussian-process/fit-model.ts";
import { pendingTrials, succeededTrials } from "./observations.ts";
import type { OptimizeMode, Suggestion } from "./tuner.ts";
import { replaceRepeat, seenConfigurations } from "./unseen.ts";

export const gpSettings = { startup: 10 };

export function suggestByGaussianProcess(
  space: SearchSpace,
  history: readonly Trial[],
  rng: Rng,
  mode: OptimizeMode,
): Suggestion {
  const seen = seenConfigurations(space, history);
  const observations = succeededTrials(history, mode);
  if (history.length < gpSettings.startup || observations.length < 3) {
    const { parameters } = replaceRepeat(space, seen, sampleParameters(space, rng), rng);
    return { kind: "trial", parameters, provenance: { source: "startup", startup: { done: observations.length, needed: gpSettings.startup } } };
  }
  const encoding = new Encoding(space);
  const { dims } = encoding;
  const latents: Float64Array[] = [];
  const losses: number[] = [];
  for (const { trial, loss } of observations) {
    const x = encoding.encode(trial.parameters);
    if (x === null) continue;
    latents.push(x);
    losses.push(loss);
  }
  const n = losses.length;
  const mean = losses.reduce((s, v) => s + v, 0) / n;
  const sd = Math.sqrt(losses.reduce((s, v) => s + (v - mean) ** 2, 0) / n) || 1;
  const values = new Float64Array(n * dims);
  latents.forEach((x, i) => encoding.canonical(x, values.subarray(i * dims, (i + 1) * dims)));
  const y = Float64Array.from(losses, (v) => (v - mean) / sd);
  const training: TrainingSet = {
    points: { count: n, dims, values, categorical: encoding.categorical },
    y,
    extraNoise: null,
  };
  const hyper = fitModel(training);
  let posterior = createPosterior(training.points, y, null, hyper);
  let best = Infinity;
  for (let i = 0; i < n; i++)
    best = Math.min(best, posterior.mean(values.subarray(i * dims, (i + 1) * dims)));
  const pending = pendingTrials(history).flatMap((trial) => {
    const x = encoding.encode(trial.parameters);
    return x ? [encoding.canonical(x, new Float64Array(dims))] : [];
  });
  if (pending.length > 0) {
    const count = n + pending.length;
    const all = new Float64Array(count * dims);
    all.set(values);
    const ys = new Float64Array(count);
    ys.set(y);
    pending.forEach((x, i) => {
      all.set(x, (n + i) * dims);
      ys[n + i] = posterior.mean(x);
    });
    posterior = createPosterior({ ...training.points, count, values: all }, ys, null, hyper);
  }
  const order = Array.from(y, (_, i) => i).sort((a, b) => y[a]! - y[b]!);
  const incumbents = order.slice(0, 5).map((i) => latents[i]!);
  const candidates = searchImprovement(encoding, posterior, best, incumbents, rng, defaultSearchOptions);
  const first = candidates[0];
  const proposal = first ? encoding.decode(first.x) : sampleParameters(space, rng);
  const { parameters } = replaceRepeat(space, seen, proposal, rng);
  return { kind: "trial", parameters, provenance: { source: "model" } };
}

export const gaussianProcess = defineTuner({
  name: "GaussianProcess",
  aliases: ["GPSampler"],
  description: "x",
  arguments: [],
  types: allParameterTypes,
  nested: true,
  multiFidelity: false,
  cost: "heavy",
  create: (_args, mode) => ({
    suggest: (space, history, rng) => suggestByGaussianProcess(space, history, rng, mode),
  }),
});
