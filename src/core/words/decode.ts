import type { Kind, Shape } from "./kinds.ts";
import { vocabulary } from "./vocabulary/index.ts";
import type { Word } from "./word.ts";

/** Published limits of words from elsewhere. */
const limits = { depth: 8, textLength: 4_000, listLength: 1_000 } as const;

/** Rebuilds a word from a journal, a file or another worker.
 *  @returns undefined unless the code is in the vocabulary and all its values, and only those, have their kinds: whoever holds such
 *  a record shows its message as written */
export function decodeWord(value: unknown, depth = 0): Word | undefined {
  if (depth > limits.depth || !isRecord(value)) return undefined;
  const { code, values } = value;
  if (typeof code !== "string" || !Object.hasOwn(vocabulary, code) || !isRecord(values))
    return undefined;
  const shape: Shape = vocabulary[code as keyof typeof vocabulary];
  const names = Object.keys(shape);
  if (Object.keys(values).length !== names.length) return undefined;
  const copy: Record<string, unknown> = {};
  for (const name of names) {
    const item = Object.hasOwn(values, name)
      ? decodeValue(shape[name]!, values[name], depth)
      : undefined;
    if (item === undefined) return undefined;
    copy[name] = item;
  }
  // Code and values were held against the vocabulary above; the union only restates that.
  return { code, values: copy } as unknown as Word;
}

/** @returns undefined for a value of another kind */
function decodeValue(kind: Kind, value: unknown, depth: number): unknown {
  switch (kind) {
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? value : undefined;
    case "number?":
      return value === null ? null : decodeValue("number", value, depth);
    case "text":
      return typeof value === "string" && value.length <= limits.textLength ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "word":
      return decodeWord(value, depth + 1);
    case "numbers":
      return decodeList("number", value, depth);
    case "texts":
      return decodeList("text", value, depth);
    case "words":
      return decodeList("word", value, depth);
    default:
      return kind satisfies never;
  }
}

function decodeList(kind: Kind, value: unknown, depth: number): readonly unknown[] | undefined {
  if (!Array.isArray(value) || value.length > limits.listLength) return undefined;
  const items = value.map((item) => decodeValue(kind, item, depth));
  return items.includes(undefined) ? undefined : items;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
