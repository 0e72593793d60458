import { AppError } from "../../errors.ts";
import { decodeFact } from "../../facts/decode.ts";
import type { Fact } from "../../facts/index.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../json.ts";

/** What may be a fact, or several; false where there is none. */
type Candidate = object | readonly object[] | false;

/** What a key of the bag tells of, false where the bag has nothing of it after all; in the order in which it was shown. */
const readings: readonly (readonly [key: string, (bag: JsonObject) => Candidate])[] = [
  ["picked", ({ picked }) => ({ kind: "picked", algorithm: picked })],
  ["because", ({ because }) => typeof because === "string" && because.split("; ").map(asWritten)],
  ["good", ({ good, bad }) => ({ kind: "split", good: groupOf(good), bad: groupOf(bad) })],
  ["parameters", ({ parameters }) => countedSplit(axesOf(parameters))],
  ["liar", ({ liar }) => isJsonObject(liar) && { ...liar, kind: "assumed", as: liar["type"] }],
  [
    "predictedMean",
    ({ predictedMean, predictedDeviation }) => ({
      ...{ kind: "expected", mean: predictedMean, deviation: predictedDeviation },
    }),
  ],
  ["best", ({ best }) => ({ kind: "best-known", metric: best })],
  [
    "expectedImprovement",
    ({ expectedImprovement }) => ({ kind: "improvement", expected: expectedImprovement }),
  ],
  ["purpose", ({ purpose }) => purpose !== "improve" && { kind: "purpose", purpose }],
  ["reason", ({ reason, candidates }) => ({ kind: "purpose", purpose: reason, among: candidates })],
  ["leaders", ({ leaders }) => items(leaders).length > 0 && { kind: "near", trials: leaders }],
  ["parent", ({ parent }) => ({ kind: "mutated", parent })],
  ["tournament", ({ tournament }) => ({ kind: "tournament", trials: tournament })],
  ["left", ({ left }) => ({ kind: "left", trial: left })],
  ["sigma", (bag) => ({ ...bag, kind: "generation" })],
  [
    "generation",
    ({ generation, sigma }) => sigma === undefined && { kind: "round", round: generation },
  ],
  ["continued", ({ continued, rank }) => ({ kind: "continued", trial: continued, rank })],
  ["copied", ({ copied }) => ({ kind: "copied", trial: copied })],
  [
    "modelBudget",
    ({ modelBudget, observations, l, g }) => ({
      ...{ kind: "typical", results: observations, budget: modelBudget, l, g },
    }),
  ],
  ["bracket", (bag) => ({ ...bag, kind: "rung" })],
  ["promoted", ({ promoted, rank, of }) => ({ kind: "promoted", trial: promoted, rank, of })],
  ["index", ({ index, of }) => ({ kind: of === undefined ? "point" : "listed", index, of })],
  ["parameters", densityOf],
  [
    "candidates",
    ({ candidates }) =>
      Array.isArray(candidates) && {
        kind: "predictions",
        candidates: items(candidates).map(predictionOf),
      },
  ],
  ["utility", ({ utility, value }) => ({ kind: "score", utility, value })],
  ["observations", fittedOf],
];

/** The facts in what journals used to keep of a suggestion, a bag of some thirty keys; in the order in which they were shown.
 *  What does not have the form of its fact is left out: a bag may come from a foreign file.
 *  @param details `provenance.details` of the old `trial-added` */
export function detailsToFacts(details: JsonObject): readonly Fact[] {
  return readings.flatMap(([key, read]) => {
    if ((details[key] ?? null) === null) return [];
    return [read(details) || []].flat().flatMap(factIn);
  });
}

function factIn(candidate: object): Fact | [] {
  try {
    return decodeFact(candidate) ?? [];
  } catch (error) {
    // Not what an older build wrote: there is nothing to tell.
    if (error instanceof AppError) return [];
    throw error;
  }
}

const items = (value: JsonValue | undefined): readonly JsonValue[] =>
  Array.isArray(value) ? value : [];

const asWritten = (text: string): object => ({ kind: "said", text: `${text}.` });

/** Older bags list both groups, later ones count the bad. */
const groupOf = (group: JsonValue | undefined): object =>
  !Array.isArray(group)
    ? { count: group }
    : { count: group.length, ...(group.length > 0 ? { trials: group } : {}) };

/** NNI's variants count both groups for every parameter anew. */
function countedSplit(axes: readonly JsonObject[]): Candidate {
  const first = axes.find((axis) => axis["good"] !== undefined);
  return (
    first !== undefined && {
      kind: "split",
      good: { count: first["good"] },
      bad: { count: first["bad"] },
    }
  );
}

function densityOf({ parameters, considered, joint }: JsonObject): Candidate {
  const axes = axesOf(parameters);
  const best = items(joint).map(ratioOf);
  const together = best.length > 0 ? { together: { considered, best } } : {};
  return axes.length > 0 && { kind: "density", parameters: axes, ...together };
}

/** A Gaussian process's bag has a configuration under the same key. */
const axesOf = (parameters: JsonValue | undefined): JsonObject[] =>
  (isJsonObject(parameters) ? Object.entries(parameters) : []).flatMap(([path, axis]) =>
    isJsonObject(axis) && Array.isArray(axis["candidates"])
      ? { ...axis, path, candidates: items(axis["candidates"]).map(ratioOf) }
      : [],
  );

const ratioOf = (item: JsonValue): JsonObject =>
  isJsonObject(item) ? { ...item, ratio: item["ei"] ?? null } : {};

const predictionOf = (item: JsonValue): JsonObject =>
  isJsonObject(item)
    ? {
        ...item,
        mean: item["predictedMean"] ?? null,
        deviation: item["predictedDeviation"] ?? null,
        improvement: item["expectedImprovement"] ?? null,
      }
    : {};

/** What BOHB observed is told with its density. */
function fittedOf(bag: JsonObject): Candidate {
  return (
    bag["modelBudget"] === undefined && {
      kind: "fitted",
      results: bag["observations"],
      earlyStopped: bag["earlyStopped"],
      pending: bag["pending"],
      noise: bag["noiseDeviation"],
      signal: bag["signalDeviation"],
      lengthScales: bag["lengthScales"],
      lengthScale: bag["lengthScale"],
    }
  );
}
