import {
  decode,
  integer,
  json,
  jsonObject,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  text,
  type Decoder,
} from "../decode.ts";
import { searchSpaceLimits } from "../search-space/limits.ts";
import type { Fact, FactKind, FactOf } from "./index.ts";
import type { DensityRatio, Group, TrialNumbers } from "./tuners.ts";

/** Published limits of what is said of one decision. */
export const factLimits = {
  facts: 100,
  trials: 100_000,
  candidates: 1_000,
  textLength: 10_000,
  valueLength: 100_000,
} as const;

const count = integer(0);
const real = number();
const name = text(200);
const trials: Decoder<TrialNumbers> = list(count, factLimits.trials, 1);
const group: Decoder<Group> = object({ count, trials: optional(trials) });
const densities = { l: real, g: real, ratio: real };
const density: Decoder<DensityRatio> = object(densities);
const compared = { steps: count, best: nullable(real), trials: count };

/** The fields of every fact but `kind`. */
const bodies = {
  picked: object({ algorithm: name, inside: optional(oneOf(["Hyperband"])) }),
  "auto-slow": object({ results: count }),
  "auto-many": object({ parameters: count }),
  "auto-conditional": object({ percent: real }),
  "auto-suited": object({ parameters: count, results: count }),
  "auto-no-epochs": object({}),
  "auto-few-epochs": object({ epochs: count }),
  "auto-few-trials": object({ trials: count }),
  "auto-brackets": object({ epochs: count }),
  split: object({ good: group, bad: group }),
  assumed: object({ trials, as: oneOf(["best", "worst", "mean"]), metric: optional(real) }),
  expected: object({ mean: real, deviation: real }),
  "best-known": object({ metric: real }),
  improvement: object({ expected: real }),
  purpose: object({
    purpose: oneOf(["refine", "explore", "exploration", "exploitation", "resampling", "optimum"]),
    among: optional(count),
  }),
  near: object({ trials }),
  mutated: object({ parent: count }),
  tournament: object({ trials }),
  left: object({ trial: count }),
  generation: object({ generation: count, sigma: real }),
  round: object({ round: count }),
  continued: object({ trial: count, rank: integer(1) }),
  copied: object({ trial: count }),
  typical: object({ results: count, budget: real, l: real, g: real }),
  rung: object({ bracket: count, rung: count, budget: real }),
  promoted: object({ trial: count, rank: integer(1), of: count }),
  point: object({ index: count }),
  listed: object({ index: count, of: count }),
  density: object({
    parameters: list(
      object({
        path: text(factLimits.textLength),
        chosen: json(factLimits.valueLength),
        candidates: list(
          object({ value: json(factLimits.valueLength), ...densities }),
          factLimits.candidates,
          1,
        ),
        good: optional(count),
        bad: optional(count),
      }),
      searchSpaceLimits.parameters,
      1,
    ),
    together: optional(
      object({ considered: count, best: list(density, factLimits.candidates, 1) }),
    ),
  }),
  predictions: object({
    candidates: list(
      object({
        parameters: jsonObject(factLimits.valueLength),
        mean: real,
        deviation: real,
        improvement: nullable(real),
      }),
      factLimits.candidates,
      1,
    ),
  }),
  fitted: object({
    results: count,
    earlyStopped: optional(count),
    pending: optional(count),
    noise: optional(real),
    signal: optional(real),
    lengthScales: optional(record(real, searchSpaceLimits.parameters)),
    lengthScale: optional(real),
  }),
  score: object({ utility: oneOf(["ei", "ucb", "poi"]), value: real }),
  said: object({ text: text(factLimits.textLength) }),
  "below-median": object({ ...compared, median: real }),
  "not-below-median": object({ ...compared, median: real }),
  "share-of-trials": object({ ...compared, better: count, percent: real }),
  "place-on-rung": object({ ...compared, place: integer(1), places: count }),
  "predicted-end": object({
    steps: count,
    predicted: real,
    epochs: count,
    bar: real,
    best: real,
  }),
  "forecast-end": object({
    steps: count,
    target: count,
    end: real,
    sd: real,
    bar: nullable(real),
    probability: number(0, 1),
  }),
  "too-early": object({ steps: count, first: count }),
  "between-judgements": object({ steps: count, gap: count }),
  "too-few-trials": object({ steps: count, trials: count, needed: count }),
  "not-judged": object({
    steps: count,
    because: oneOf([
      "no-rung",
      "no-numbers",
      "none-as-long",
      "none-finished",
      "no-length",
      "no-rivals",
      "nearly-done",
      "no-agreement",
    ]),
  }),
} satisfies { [Kind in FactKind]: Decoder<Omit<FactOf<Kind>, "kind">> };

const head = object({ kind: name });

const fact: Decoder<Fact | null> = (value, path) => {
  const { kind } = head(value, path);
  if (!Object.hasOwn(bodies, kind)) return null;
  // `bodies` is checked against the union kind by kind, which TypeScript cannot follow through the lookup.
  return { kind, ...(bodies[kind as FactKind] as Decoder<object>)(value, path) } as Fact;
};

/** The facts of one decision. Kinds that this build does not know are left out: they came with a newer one. */
export const facts: Decoder<readonly Fact[]> = (value, path) =>
  list(fact, factLimits.facts)(value, path).filter((one) => one !== null);

/** Parses one foreign fact field by field into a new object; null for a kind that this build does not know.
 *  @throws AppError "journal-invalid" with the path of the offending field */
export function decodeFact(value: unknown, path = "fact"): Fact | null {
  return decode(fact, value, "journal-invalid", path);
}
