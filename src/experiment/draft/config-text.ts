import type { Document } from "yaml";
import { parseExperimentConfig } from "../../core/config/index.ts";
import type { ExperimentConfig } from "../../core/config/types.ts";
import { AppError, type ErrorCode } from "../../core/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import { exceeds, type JsonShape } from "../formats/json-shape.ts";

/** Longest text that is looked at. */
export const maxConfigTextLength = 1_000_000;
/** Values and lines of a text, at most: a parser's time grows with them. */
const shape: JsonShape = { depth: 64, values: 30_000 };

/** @throws AppError "search-space-invalid", also for a key that stands there twice, of which JSON.parse forgets one */
export async function parseSearchSpaceText(text: string): Promise<JsonObject> {
  const code = "search-space-invalid";
  const object = requireObject(parseJsonText(text, code), code);
  try {
    await parseDocumentOf(text);
  } catch (error) {
    throw new AppError(code, `Search space: ${reasonOf(error)}`);
  }
  return object;
}

/** NNI's config.yml (v1 or v2) or the same as JSON.
 *  @throws AppError "config-invalid" */
export async function parseConfigText(text: string): Promise<ExperimentConfig> {
  return parseExperimentConfig(await parseYamlText(text));
}

/** YAML, of which JSON is a part. Anchors cannot multiply: aliases are limited.
 *  @throws AppError "config-invalid" with the line of the mistake */
export async function parseYamlText(text: string): Promise<JsonObject> {
  limitLength(text, "config-invalid");
  let value: unknown;
  try {
    value = (await parseDocumentOf(text)).toJS({ maxAliasCount: 100 });
  } catch (error) {
    const reason = reasonOf(error);
    throw new AppError("config-invalid", `The configuration is not valid YAML: ${reason}`, {
      reason,
    });
  }
  return requireObject(toJson(value, 0), "config-invalid");
}

/** YAML or JSON without a key that stands there twice. */
async function parseDocumentOf(text: string): Promise<Document> {
  const { isScalar, parseDocument, visit } = await import("yaml");
  // The package compares every key with every other, which takes seconds for a hostile file.
  const document = parseDocument(text, { schema: "core", merge: false, uniqueKeys: false });
  if (document.errors[0]) throw document.errors[0];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) throw new SyntaxError("A key must be a plain word.");
        const name = key.value;
        if (seen.has(name)) throw new SyntaxError(`The key ${String(name)} stands there twice.`);
        seen.add(name);
      }
    },
  });
  return document;
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

export function parseJsonText(text: string, code: ErrorCode): JsonValue {
  limitLength(text, code);
  try {
    return toJson(JSON.parse(text), 0);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(code, `This is not valid JSON: ${reason}`, { reason });
  }
}

function limitLength(text: string, code: ErrorCode): void {
  if (text.length > maxConfigTextLength)
    throw new AppError(code, `The text is longer than ${maxConfigTextLength} characters.`, {
      length: text.length,
    });
  const lines = text.split("\n").length;
  if (lines > shape.values || exceeds(new TextEncoder().encode(text), shape))
    throw new AppError(
      code,
      `The text holds more than ${shape.values} values or ${shape.depth} levels.`,
      { values: shape.values, levels: shape.depth },
    );
}

function requireObject(value: JsonValue, code: ErrorCode): JsonObject {
  if (isJsonObject(value)) return value;
  throw new AppError(
    code,
    `Expected an object with keys, got ${JSON.stringify(value)?.slice(0, 60)}.`,
  );
}

/** Copies into new plain objects; names that could reach a prototype are refused. */
export function toJson(value: unknown, depth: number): JsonValue {
  if (depth > 60)
    throw new AppError("config-invalid", "The text is nested more than 60 levels deep.");
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    if (Number.isFinite(value)) return value;
    throw new AppError("config-invalid", `Expected a finite number, got ${value}.`);
  }
  if (Array.isArray(value)) return value.map((item) => toJson(item, depth + 1));
  if (typeof value === "object") {
    const copy: Record<string, JsonValue> = {};
    for (const [key, item] of Object.entries(value)) {
      if (key === "__proto__")
        throw new AppError("config-invalid", `The key "${key}" is not allowed.`, { key });
      copy[key] = toJson(item, depth + 1);
    }
    return copy;
  }
  throw new AppError("config-invalid", `Expected plain data, got ${typeof value}.`);
}
