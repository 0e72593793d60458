import { isJsonObject, type JsonObject, type JsonValue } from "../../../../core/json.ts";
import type { TrialState } from "../../../../core/journal/state.ts";
import { shortNumber } from "../../../format.ts";
import type { Messages } from "../../../messages/en/index.ts";
import { inOurWords } from "../../../views/sentences.ts";

const number = (value: JsonValue | undefined): number | null =>
  typeof value === "number" ? value : null;
const list = (value: JsonValue | undefined): readonly JsonValue[] =>
  Array.isArray(value) ? value : [];
const trials = (value: JsonValue | undefined): number[] =>
  list(value).filter((item): item is number => typeof item === "number");

/** Why a trial has its parameters, in sentences, the most important first. Journals come from files, too: what does not
 *  have the expected form is left out. */
export function whySentences(trial: TrialState, tuner: string, t: Messages): string[] {
  const { why } = t;
  if (trial.origin === "user") return [why.user];
  if (trial.origin === "imported" && !trial.provenance) return [why.imported];
  if (trial.origin === "longer") return [why.longer(trial.continueFrom ?? 0)];
  if (!trial.provenance) return [why.unknown];
  const { source, startup, details = {} } = trial.provenance;
  const first =
    source === "startup" && startup
      ? why.startup(tuner, startup.done, startup.needed)
      : why.source(source, tuner);
  return [...(trial.origin === "imported" ? [why.imported] : []), first, ...facts(details, t)];
}

function facts(details: JsonObject, t: Messages): string[] {
  const { why } = t;
  const said: string[] = [];
  const of = (key: string): number | null => number(details[key]);
  if (typeof details["picked"] === "string") said.push(why.picked(details["picked"]));
  if (typeof details["because"] === "string")
    for (const part of details["because"].split("; ")) said.push(inOurWords(part, t));

  const liar = isJsonObject(details["liar"]) ? trials(details["liar"]["trials"]) : [];
  const good = trials(details["good"]);
  if (good.length > 0) said.push(why.split(good, of("bad") ?? trials(details["bad"]).length));
  else {
    const sizes = groupSizes(details);
    if (sizes) said.push(why.splitCounts(sizes.good, sizes.bad));
  }
  if (liar.length > 0) said.push(why.liar(liar));

  const [mean, deviation] = [of("predictedMean"), of("predictedDeviation")];
  if (mean !== null && deviation !== null) said.push(why.expected(mean, deviation));
  const best = of("best");
  if (best !== null) said.push(why.bestKnown(best));
  const gain = of("expectedImprovement");
  if (gain !== null) said.push(why.improvement(gain));
  for (const key of ["purpose", "reason"])
    if (typeof details[key] === "string" && why.purpose(details[key]) !== "")
      said.push(why.purpose(details[key]));

  const leaders = trials(details["leaders"]);
  if (leaders.length > 0) said.push(why.near(leaders));
  const parent = of("parent");
  if (parent !== null) said.push(why.mutated(parent));
  const tournament = trials(details["tournament"]);
  if (tournament.length > 0) said.push(why.tournament(tournament));
  const left = of("left");
  if (left !== null) said.push(why.left(left));

  const [generation, sigma] = [of("generation"), of("sigma")];
  if (generation !== null && sigma !== null)
    said.push(why.generation(generation, shortNumber(Number(sigma.toPrecision(2)))));
  else if (generation !== null) said.push(why.round(generation));
  const [continued, rank, copied] = [of("continued"), of("rank"), of("copied")];
  if (continued !== null && rank !== null) said.push(why.continued(continued, rank));
  if (copied !== null) said.push(why.copied(copied));

  const [results, modelBudget, l, g] = [of("observations"), of("modelBudget"), of("l"), of("g")];
  if (results !== null && modelBudget !== null && l !== null && g !== null)
    said.push(why.density(results, modelBudget, ratioText(l / g)));
  const [bracket, rung, budget] = [of("bracket"), of("rung"), of("budget")];
  if (bracket !== null && rung !== null && budget !== null)
    said.push(why.rung(bracket, rung, budget));
  const [promoted, among] = [of("promoted"), of("of")];
  if (promoted !== null && rank !== null && among !== null)
    said.push(why.promoted(promoted, rank, among));
  const index = of("index");
  if (index !== null) said.push(among === null ? why.point(index) : why.listed(index, among));
  return said;
}

/** NNI's variants split for every parameter anew; where parameters are always active the sizes are the same. */
function groupSizes({ parameters }: JsonObject): { good: number; bad: number } | null {
  for (const seen of isJsonObject(parameters) ? Object.values(parameters) : []) {
    const [good, bad] = isJsonObject(seen) ? [number(seen["good"]), number(seen["bad"])] : [];
    if (good != null && bad != null) return { good, bad };
  }
  return null;
}

/** One value that was considered for a parameter. */
export interface WhyCandidate {
  readonly value: JsonValue;
  readonly l: number;
  readonly g: number;
  readonly ratio: number;
}
/** What TPE saw along one parameter; the chosen candidate comes first. */
export interface WhyParameter {
  readonly path: string;
  readonly chosen: JsonValue;
  readonly candidates: readonly WhyCandidate[];
}

/** The densities a Parzen estimator compared, per parameter; empty for other tuners. */
export function whyParameters(trial: TrialState): WhyParameter[] {
  const parameters = trial.provenance?.details?.["parameters"];
  if (!isJsonObject(parameters)) return [];
  return Object.entries(parameters).flatMap(([path, seen]): WhyParameter[] => {
    if (!isJsonObject(seen)) return [];
    const candidates = list(seen["candidates"]).flatMap((item): WhyCandidate[] => {
      if (!isJsonObject(item)) return [];
      const [l, g, ratio] = [number(item["l"]), number(item["g"]), number(item["ei"])];
      const { value = null } = item;
      return l === null || g === null || ratio === null ? [] : [{ value, l, g, ratio }];
    });
    const { chosen = null } = seen;
    return candidates.length === 0 ? [] : [{ path, chosen, candidates }];
  });
}

/** Numbers of the trials that counted as good and as the others; empty where the tuner does not name them.
 *  @param known all trials of the experiment: where the others are only counted, they are those that had a result then,
 *    or were running and told of */
export function whyGroups(
  trial: TrialState,
  known: readonly TrialState[],
): {
  readonly good: readonly number[];
  readonly bad: readonly number[];
} {
  const { good, bad, liar } = trial.provenance?.details ?? {};
  const [best, told] = [trials(good), isJsonObject(liar) ? trials(liar["trials"]) : []];
  if (typeof bad !== "number") return { good: best, bad: trials(bad) };
  const others = known.slice(0, trial.number).filter((other) => {
    const last = other.status === "SUCCEEDED" ? other.final : other.intermediates.at(-1);
    const counts = other.status === "SUCCEEDED" || other.status === "EARLY_STOPPED";
    const hadEnded = (other.endedAt ?? Infinity) <= trial.addedAt;
    return told.includes(other.number) || (counts && hadEnded && Number.isFinite(last));
  });
  return {
    good: best,
    bad: others.map((other) => other.number).filter((number) => !best.includes(number)),
  };
}

/** What a model of the metric expected of a whole configuration. */
export interface WhyPrediction {
  readonly parameters: JsonObject;
  readonly mean: number;
  readonly deviation: number;
  readonly improvement: number | null;
}

/** The configurations a Gaussian process compared, the chosen one first; empty for other tuners. */
export function whyPredictions(trial: TrialState): WhyPrediction[] {
  return list(trial.provenance?.details?.["candidates"]).flatMap((item): WhyPrediction[] => {
    if (!isJsonObject(item) || !isJsonObject(item["parameters"])) return [];
    const [mean, deviation] = [number(item["predictedMean"]), number(item["predictedDeviation"])];
    if (mean === null || deviation === null) return [];
    const improvement = number(item["expectedImprovement"]);
    return [{ parameters: item["parameters"], mean, deviation, improvement }];
  });
}

/** l/g over all parameters of the configuration that was taken, and how many were compared; null for other tuners. */
export function whyTogether(
  trial: TrialState,
): { readonly ratio: number; readonly considered: number } | null {
  const { joint, considered } = trial.provenance?.details ?? {};
  const first = list(joint)[0];
  const ratio = isJsonObject(first) ? number(first["ei"]) : null;
  const count = number(considered);
  return ratio === null || count === null ? null : { ratio, considered: count };
}

/** A ratio for people: two digits, and "over 1,000" is enough of it. */
export function ratioText(ratio: number): string {
  if (!(ratio < 1000)) return "> 1,000";
  return shortNumber(Number(ratio.toPrecision(2)));
}
