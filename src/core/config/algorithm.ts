import { assessorCatalogue, createAssessor, findAssessor } from "../assessors/index.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import { copyJson } from "../search-space/canonical.ts";
import type { Problems } from "../search-space/problems.ts";
import { createTuner, findTuner, tunerCatalogue } from "../tuners/index.ts";
import { configLimits } from "./check.ts";
import { closestField } from "./fields.ts";
import type { AlgorithmConfig, NotUsed } from "./types.ts";
import { word } from "../words/index.ts";

type Role = "tuner" | "advisor" | "assessor";
const builtinKeys: Readonly<Record<Role, string>> = {
  tuner: "builtinTunerName",
  advisor: "builtinAdvisorName",
  assessor: "builtinAssessorName",
};
const customKeys = ["codeDir", "classFileName", "className", "codeDirectory"];

interface Read {
  readonly name: string | null;
  readonly classArgs: JsonObject;
}

/** Reads `{ builtin…Name | name, classArgs, … }`; `name` is null for custom code or none. */
function read(role: Role, value: JsonObject, problems: Problems, notUsed: NotUsed[]): Read {
  const builtin = builtinKeys[role];
  const known = [builtin, "name", "classArgs", ...customKeys];
  const ignored = ["gpuIndices", "includeIntermediateResults"];
  for (const [key, item] of Object.entries(value)) {
    if (item === null || known.includes(key)) continue;
    if (ignored.includes(key)) {
      const reason = key === "gpuIndices" ? "no-gpu-choice" : "no-intermediate-results";
      notUsed.push({ path: `${role}.${key}`, value: textOf(item), reason });
      continue;
    }
    const meant = problems.isFull ? null : closestField(key, known);
    problems.add(
      `${role}.${key}`,
      item,
      word("only", { names: [...known, ...ignored] }),
      meant === null ? word("remove-field") : word("did-you-mean", { name: meant }),
    );
  }
  const name = value[builtin] ?? value["name"] ?? null;
  if (name !== null && (typeof name !== "string" || name.length > 100))
    problems.add(
      `${role}.${builtin}`,
      name,
      word("a-name"),
      word("write-for-example", { text: "TPE" }),
    );
  const args = value["classArgs"] ?? {};
  const copy = copyJson(args, configLimits.classArgsLength);
  if (!isJsonObject(copy))
    problems.add(`${role}.classArgs`, args, word("an-object"), word("write-pairs"));
  return {
    name: typeof name === "string" ? name : null,
    classArgs: isJsonObject(copy) ? copy : {},
  };
}

/** Reads `tuner` or `advisor` and checks it against the catalogue.
 *  @throws AppError "tuner-unsupported", "tuner-argument-invalid" */
export function parseTuner(
  object: JsonObject,
  problems: Problems,
  notUsed: NotUsed[],
): AlgorithmConfig {
  const given = (["tuner", "advisor"] as const).filter((role) => (object[role] ?? null) !== null);
  const fallback: AlgorithmConfig = { name: "TPE", classArgs: {} };
  const role = given[0];
  if (role === undefined) return fallback;
  if (given.length > 1)
    problems.add("advisor", object["advisor"], word("tuner-or-advisor"), word("remove-one"));
  const value = object[role]!;
  if (!isJsonObject(value)) {
    problems.add(
      role,
      value,
      word("an-object"),
      word("write-this", { text: "{ name: TPE, classArgs: { … } }" }),
    );
    return fallback;
  }
  const { name, classArgs } = read(role, value, problems, notUsed);
  const custom = customKeys.some((key) => (value[key] ?? null) !== null);
  if (name === null && !custom) {
    const names = tunerCatalogue.map((tuner) => tuner.name);
    problems.add(`${role}.name`, undefined, word("tuner-name"), word("use-one-of", { names }));
    return fallback;
  }
  createTuner(name ?? "custom", classArgs);
  return { name: findTuner(name ?? "")?.name ?? fallback.name, classArgs };
}

/** Reads `assessor`; one that is not available is listed among `notUsed` and null is returned.
 *  @throws AppError "assessor-argument-invalid" */
export function parseAssessor(
  value: JsonValue | undefined,
  problems: Problems,
  notUsed: NotUsed[],
): AlgorithmConfig | null {
  if (value === undefined || value === null) return null;
  if (!isJsonObject(value)) {
    const names = assessorCatalogue.map((assessor) => assessor.name);
    problems.add("assessor", value, word("an-object"), word("write-algorithm", { names }));
    return null;
  }
  const { name, classArgs } = read("assessor", value, problems, notUsed);
  const definition = name === null ? null : findAssessor(name);
  if (definition === null) {
    const custom = customKeys.map((key) => value[key]).find((item) => typeof item === "string");
    notUsed.push({
      path: "assessor",
      value: name ?? String(custom ?? textOf(value)),
      reason: "assessor-missing",
    });
    return null;
  }
  createAssessor(definition.name, classArgs);
  return { name: definition.name, classArgs };
}

/** A value as the user would write it. */
export function textOf(value: JsonValue): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
