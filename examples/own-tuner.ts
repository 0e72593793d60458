/** A tuner of one's own: `npx tsx examples/own-tuner.ts` holds it against Random on a function.
 *
 *  It looks near the best trial so far, ever more closely, and everywhere once in ten trials. The contract is `Tuner` in
 *  src/core/tuners/contract/tuner.ts: no state, no clock, random numbers from the stream that is handed in. */
import { pathToFileURL } from "node:url";
import {
  activeParameters,
  bestTrial,
  buildParameters,
  createRng,
  createTuner,
  fromUnit,
  parseSearchSpace,
  sampleParameters,
  sampleSpec,
  toUnit,
  withConstraints,
  type JsonObject,
  type OptimizeMode,
  type Parameters,
  type ParameterSpec,
  type Rng,
  type SearchSpace,
  type Trial,
  type Tuner,
} from "../src/core/index.ts";

const randomTrials = 5;
const elsewhere = 0.1;
/** Standard deviation of a step, as a share of the parameter's range, at first and after each further trial. */
const firstStep = 0.3;
const shrinking = 0.92;

export function nearTheBest(optimizeMode: OptimizeMode): Tuner {
  return {
    name: "NearTheBest",
    optimizeMode,
    suggest(given, history, rng) {
      const space = isParsed(given) ? given : parseSearchSpace(given);
      const best = bestTrial(history, optimizeMode);
      if (best === null || history.length < randomTrials || rng.next() < elsewhere)
        return {
          kind: "trial",
          parameters: sampleParameters(space, rng),
          provenance: { source: "random" },
        };
      const step = firstStep * shrinking ** (history.length - randomTrials);
      return {
        kind: "trial",
        parameters: near(space, best.parameters, step, rng),
        provenance: { source: "model", facts: [{ kind: "near", trials: [best.number] }] },
      };
    },
  };
}

const isParsed = (space: SearchSpace | JsonObject): space is SearchSpace =>
  Array.isArray(space["parameters"]);

/** A neighbour of a configuration that obeys the constraints. Parameters that it does not have – they belong to another
 *  choice – are drawn. */
function near(space: SearchSpace, from: Parameters, step: number, rng: Rng): Parameters {
  const values = new Map(
    activeParameters(space, from).map(({ spec, value }) => [spec.path, value]),
  );
  const pick = (spec: ParameterSpec): number => {
    const value = values.get(spec.path);
    if (value === undefined) return sampleSpec(spec, rng);
    if (spec.type === "choice") return rng.next() < step ? sampleSpec(spec, rng) : value;
    return fromUnit(spec, Math.min(1, Math.max(0, toUnit(spec, value) + step * rng.normal())));
  };
  return withConstraints(space, () => buildParameters(space, pick));
}

/** The best metric after some trials of a function, one at a time. */
export function tune(
  tuner: Tuner,
  space: SearchSpace,
  metric: (parameters: Parameters) => number,
  { trials, seed }: { readonly trials: number; readonly seed: number },
): number {
  const history: Trial[] = [];
  for (let number = 0; number < trials; number++) {
    const next = tuner.suggest(space, history, createRng(seed, number, "suggest"));
    if (next.kind === "wait") throw new Error(next.reason);
    const final = metric(next.parameters);
    const { parameters } = next;
    history.push({ number, parameters, status: "SUCCEEDED", intermediates: [final], final });
  }
  return bestTrial(history, tuner.optimizeMode)!.final!;
}

/** What a network's accuracy may look like: 1 at lr 0.01, 4 layers and "adam". */
export const exampleSpace = parseSearchSpace({
  lr: { _type: "loguniform", _value: [0.0001, 1] },
  layers: { _type: "randint", _value: [1, 9] },
  optimizer: { _type: "choice", _value: ["sgd", "adam"] },
});
export const exampleMetric = ({ lr, layers, optimizer }: Parameters): number =>
  1 -
  (Math.log10(Number(lr)) + 2) ** 2 / 16 -
  Math.abs(Number(layers) - 4) / 40 -
  (optimizer === "adam" ? 0 : 0.1);

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  for (const tuner of [nearTheBest("maximize"), createTuner("Random"), createTuner("TPE")]) {
    const found = [1, 2, 3, 4, 5].map((seed) =>
      tune(tuner, exampleSpace, exampleMetric, { trials: 30, seed }).toFixed(4),
    );
    console.log(`${tuner.name.padEnd(12)} ${found.join("  ")}`);
  }
