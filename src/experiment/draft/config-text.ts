import type { Document } from "yaml";
import { parseExperimentConfig } from "../../core/config/index.ts";
import type { ExperimentConfig } from "../../core/config/types.ts";
import { AppError, reasonOf, type ErrorCode } from "../../core/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import { exceeds, type JsonShape } from "../formats/json-shape.ts";
import { asWritten, inEnglish, word, type Word } from "../../core/words/index.ts";

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
    throw new AppError(
      code,
      word("problem-of", { subject: word("search-space"), problem: reasonFor(error) }),
    );
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
    const said = word("invalid-yaml", { reason: reasonFor(error), ...placeIn(reasonOf(error)) });
    throw new AppError("config-invalid", said, { reason: reasonOf(error) });
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
        if (!isScalar(key)) throw new KeyError(word("key-no-word"));
        const name = key.value;
        if (seen.has(name)) throw new KeyError(word("key-twice", { key: String(name) }));
        seen.add(name);
      }
    },
  });
  return document;
}

/** What our own reading of keys refuses, which no parser does. */
class KeyError extends Error {
  constructor(readonly word: Word) {
    super(inEnglish(word));
  }
}

/** The place that a parser's message names, as all of them write it; null where it names none. */
function placeIn(reason: string): { readonly line: number | null; readonly column: number | null } {
  const at = /line (\d+),? column (\d+)/.exec(reason);
  return at ? { line: Number(at[1]), column: Number(at[2]) } : { line: null, column: null };
}

/** A parser speaks its own words. */
const reasonFor = (error: unknown): Word =>
  error instanceof KeyError ? error.word : asWritten(reasonOf(error));

/** @throws AppError `code` for a text that is too long, no JSON, or nested too deep */
export function parseJsonText(text: string, code: ErrorCode): JsonValue {
  limitLength(text, code);
  try {
    return toJson(JSON.parse(text), 0);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const reason = reasonOf(error);
    throw new AppError(
      code,
      word("invalid-json", { reason: asWritten(reason), ...placeIn(reason) }),
      { reason },
    );
  }
}

function limitLength(text: string, code: ErrorCode): void {
  if (text.length > maxConfigTextLength)
    throw new AppError(code, word("text-too-long", { characters: maxConfigTextLength }), {
      length: text.length,
    });
  const lines = text.split("\n").length;
  if (lines > shape.values || exceeds(new TextEncoder().encode(text), shape))
    throw new AppError(
      code,
      word("text-too-large", { values: shape.values, levels: shape.depth }),
      { values: shape.values, levels: shape.depth },
    );
}

function requireObject(value: JsonValue, code: ErrorCode): JsonObject {
  if (isJsonObject(value)) return value;
  throw new AppError(code, word("no-object", { value: JSON.stringify(value).slice(0, 60) }));
}

/** Copies into new plain objects; names that could reach a prototype are refused. */
export function toJson(value: unknown, depth: number): JsonValue {
  if (depth > 60) throw new AppError("config-invalid", word("text-too-deep"));
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    if (Number.isFinite(value)) return value;
    throw new AppError("config-invalid", word("no-finite-number", { value: String(value) }));
  }
  if (Array.isArray(value)) return value.map((item) => toJson(item, depth + 1));
  if (typeof value === "object") {
    const copy: Record<string, JsonValue> = {};
    for (const [key, item] of Object.entries(value)) {
      if (key === "__proto__")
        throw new AppError("config-invalid", word("forbidden-key", { key }), { key });
      copy[key] = toJson(item, depth + 1);
    }
    return copy;
  }
  throw new AppError("config-invalid", word("no-plain-data", { type: typeof value }));
}
