import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { copyJson } from "../search-space/canonical.ts";
import { parseSearchSpace } from "../search-space/parse.ts";
import { Problems } from "../search-space/problems.ts";
import type { NniReading } from "../search-space/types.ts";
import { parseAssessor, parseTuner, textOf } from "./algorithm.ts";
import { configLimits as limits } from "./check.ts";
import { parseDuration } from "./duration.ts";
import { closestField, configFields, innerReasons } from "./fields.ts";
import { parseTraining } from "./training.ts";
import type { ExperimentConfig, NotUsed } from "./types.ts";
import { word } from "../words/index.ts";

/** Parses an experiment configuration (the object, not its text): NNI's v1 form (read as NNI 2.1), NNI's v2 form (read
 *  as NNI 3.0) or our own, which is the v2 form with our settings under `tabtune`. What means nothing in a browser is
 *  listed in `notUsedHere`; so is an assessor that is not available.
 *  @throws AppError "config-invalid" that names every problem with path, value, expectation and remedy
 *  @throws AppError "tuner-unsupported", "tuner-argument-invalid", "assessor-argument-invalid"
 *  @throws AppError "search-space-invalid" for an inline search space */
export function parseExperimentConfig(object: unknown): ExperimentConfig {
  const problems = new Problems("config-invalid", word("configuration"));
  const copy = copyJson(object, limits.searchSpaceLength);
  if (!isJsonObject(copy)) {
    problems.add("(top level)", object, word("object-of-settings"), word("paste-configuration"));
    problems.throwIfAny();
    throw new TypeError("unreachable");
  }
  const notUsedHere: NotUsed[] = [];
  const form = readForm(copy, problems);
  listFields(copy, problems, notUsedHere);
  const { training, reading } = parseTraining(copy["tabtune"], problems);
  const durationKey = form === "2.1" ? "maxExecDuration" : "maxExperimentDuration";
  const numberKey = form === "2.1" ? "maxTrialNum" : "maxTrialNumber";
  const config: Omit<ExperimentConfig, "tuner" | "assessor" | "notUsedHere"> = {
    name: readName(copy["experimentName"], problems),
    trialConcurrency: readCount(copy, "trialConcurrency", 1, problems),
    maxTrialNumber: readCount(copy, numberKey, limits.maxTrialNumber, problems),
    maxDurationMs: readDuration(copy, durationKey, problems),
    reading: reading ?? form,
    searchSpace: readSearchSpace(copy, problems),
    training,
  };
  const algorithms = attempt(() => ({
    tuner: parseTuner(copy, problems, notUsedHere),
    assessor: parseAssessor(copy["assessor"], problems, notUsedHere),
  }));
  // What else is wrong is told together, before the one thing that an algorithm refuses.
  problems.throwIfAny();
  const { tuner, assessor } = algorithms();
  if (config.searchSpace !== null)
    parseSearchSpace(config.searchSpace, { reading: config.reading });
  return { ...config, tuner, assessor, notUsedHere };
}

/** Does it now; what it gave or threw comes when it is asked for. */
function attempt<T>(act: () => T): () => T {
  try {
    const value = act();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** v1 or v2 by the fields that only one of them has; a file without such a field reads as v2 unless its tuner says v1. */
function readForm(object: JsonObject, problems: Problems): NniReading {
  const only = (reading: NniReading): string[] =>
    Object.keys(object).filter((key) => configFields.get(key)?.reading === reading);
  const [old, recent] = [only("2.1"), only("3.0")];
  if (old.length > 0 && recent.length > 0)
    problems.add(
      recent[0]!,
      object[recent[0]!],
      word("one-nni-form", { old: old[0]!, recent: recent[0]! }),
      word("one-form-throughout"),
    );
  if (old.length > 0) return "2.1";
  if (recent.length > 0) return "3.0";
  const builtin = ["tuner", "advisor", "assessor"].some((role) => {
    const value = object[role];
    return isJsonObject(value) && Object.keys(value).some((key) => key.startsWith("builtin"));
  });
  return builtin ? "2.1" : "3.0";
}

function listFields(object: JsonObject, problems: Problems, notUsed: NotUsed[]): void {
  for (const [key, value] of Object.entries(object)) {
    const field = configFields.get(key);
    if (field === undefined) {
      const meant = problems.isFull ? null : closestField(key, configFields.keys());
      problems.add(
        key,
        value,
        word("nni-field"),
        meant === null ? word("remove-field") : word("did-you-mean", { name: meant }),
      );
    } else if (field.use !== "used") listLeaves(key, value, field.use, notUsed);
  }
}

function listLeaves(path: string, value: JsonValue, reason: string, notUsed: NotUsed[]): void {
  if (notUsed.length >= 200) return;
  if (isJsonObject(value) && Object.keys(value).length > 0) {
    for (const [key, item] of Object.entries(value))
      listLeaves(`${path}.${key}`, item, innerReasons.get(key) ?? reason, notUsed);
  } else if (value !== null) notUsed.push({ path, value: textOf(value), reason });
}

function readName(value: JsonValue | undefined, problems: Problems): string {
  if (value === undefined || value === null) return "";
  // YAML reads a name such as 2024 as a number.
  const name = typeof value === "number" ? String(value) : value;
  if (typeof name === "string" && name.length <= limits.nameLength) return name;
  problems.add(
    "experimentName",
    value,
    word("text-of-at-most", { characters: limits.nameLength }),
    word("shorten-name"),
  );
  return "";
}

function readCount(object: JsonObject, key: string, fallback: number, problems: Problems): number {
  const value = object[key];
  if (value === undefined || value === null) return fallback;
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 99_999)
    return value;
  problems.add(
    key,
    value,
    word("integer-in", { low: 1, high: 99_999 }),
    word("write-whole-number"),
  );
  return fallback;
}

function readDuration(object: JsonObject, key: string, problems: Problems): number | null {
  const value = object[key];
  if (value === undefined || value === null) return null;
  const durationMs = parseDuration(value);
  if (durationMs !== null && durationMs <= limits.maxDurationMs) return durationMs;
  problems.add(key, value, word("duration-of-at-most"), word("write-duration"));
  return null;
}

function readSearchSpace(object: JsonObject, problems: Problems): JsonObject | null {
  const value = object["searchSpace"] ?? null;
  if (value === null) return null;
  if ((object["searchSpaceFile"] ?? null) !== null)
    problems.add(
      "searchSpaceFile",
      object["searchSpaceFile"],
      word("space-or-file"),
      word("remove-one-of-them"),
    );
  if (isJsonObject(value)) return value;
  problems.add("searchSpace", value, word("object-of-parameters"), word("indent-space"));
  return null;
}
