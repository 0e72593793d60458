import type { JsonValue, JsonObject } from "./json.ts";
import { fromBase64 } from "./base64.ts";
import { AppError, type ErrorCode } from "./errors.ts";
import { copyJson } from "./search-space/canonical.ts";
import { show } from "./search-space/problems.ts";
import { inEnglish, word, type Word } from "./words/index.ts";

/** Parsing at the edge: foreign data is rebuilt field by field into new objects, never cast and never merged.
 *  A decoder returns the value or throws a DecodeError that says where and what was expected. */
export type Decoder<T> = (value: unknown, path: string) => T;

/** Marks a field that may be absent; `undefined` counts as absent. */
export interface OptionalField<T> {
  readonly optional: Decoder<T>;
}

/** Thrown by decoders only; `decode` turns it into an AppError. */
class DecodeError extends Error {
  constructor(
    readonly path: string,
    readonly expected: Word,
    readonly value: unknown,
  ) {
    super(path);
  }
}

/** Applies a decoder.
 *  @throws AppError with `code`; details hold path, expected and value */
export function decode<T>(decoder: Decoder<T>, value: unknown, code: ErrorCode, path: string): T {
  try {
    return decoder(value, path);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const place = { path: error.path, value: show(error.value) };
    const said = word("unexpected", { ...place, expected: error.expected });
    throw new AppError(code, said, { ...place, expected: inEnglish(error.expected) });
  }
}

/** A string of at most `maxLength` UTF-16 units. */
export const text =
  (maxLength = 1_000): Decoder<string> =>
  (value, path) => {
    if (typeof value === "string" && value.length <= maxLength) return value;
    throw new DecodeError(path, word("text-of-at-most", { characters: maxLength }), value);
  };

/** A string of a form. @param expected the form */
export const matching =
  (form: RegExp, expected: Word): Decoder<string> =>
  (value, path) => {
    if (typeof value === "string" && form.test(value)) return value;
    throw new DecodeError(path, expected, value);
  };

/** A finite number within bounds (inclusive). */
export const number =
  (minimum = -Number.MAX_VALUE, maximum = Number.MAX_VALUE): Decoder<number> =>
  (value, path) => {
    if (typeof value === "number" && value >= minimum && value <= maximum) return value;
    throw new DecodeError(path, word("number-in", { low: minimum, high: maximum }), value);
  };

/** An integer within bounds (inclusive). */
export const integer =
  (minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER): Decoder<number> =>
  (value, path) => {
    if (Number.isInteger(value)) {
      const n = Number(value);
      if (n >= minimum && n <= maximum) return n;
    }
    throw new DecodeError(path, word("integer-in", { low: minimum, high: maximum }), value);
  };

/** Any number, NaN and infinities included; JSON's null stands for NaN, as JSON.stringify writes it. */
export const measurement: Decoder<number> = (value, path) => {
  if (value === null) return NaN;
  if (typeof value === "number") return value;
  throw new DecodeError(path, word("a-number"), value);
};

/** At most so many bytes, also as base64 text. */
export const bytes =
  (maxLength: number): Decoder<Uint8Array> =>
  (value, path) => {
    const short = typeof value === "string" && value.length <= 2 * maxLength;
    const found = short ? fromBase64(value) : value;
    if (found instanceof Uint8Array && found.length <= maxLength) return found.slice();
    throw new DecodeError(path, word("bytes-of-at-most", { bytes: maxLength }), value);
  };

/** Nothing but true and false: neither 0 nor "true". */
export const boolean: Decoder<boolean> = (value, path) => {
  if (typeof value === "boolean") return value;
  throw new DecodeError(path, word("true-or-false"), value);
};

/** One of a closed list of strings. */
export const oneOf =
  <const T extends string>(values: readonly T[]): Decoder<T> =>
  (value, path) => {
    const found = values.find((v) => v === value);
    if (found !== undefined) return found;
    throw new DecodeError(path, word("one-of", { names: values }), value);
  };

/** null, or what the decoder takes. */
export const nullable =
  <T>(decoder: Decoder<T>): Decoder<T | null> =>
  (value, path) =>
    value === null ? null : decoder(value, path);

/** A field that may be absent. */
export const optional = <T>(decoder: Decoder<T>): OptionalField<T> => ({ optional: decoder });

/** A list of so many. */
export const list =
  <T>(decoder: Decoder<T>, maxLength: number, minLength = 0): Decoder<readonly T[]> =>
  (value, path) => {
    if (!Array.isArray(value) || value.length > maxLength || value.length < minLength)
      throw new DecodeError(
        path,
        minLength > 0
          ? word("list-of", { least: minLength, most: maxLength })
          : word("list-of-at-most", { items: maxLength }),
        value,
      );
    return Array.from(value, (item, i) => decoder(item, `${path}[${i}]`));
  };

/** Any JSON value of at most `maxLength` characters. */
export const json =
  (maxLength: number): Decoder<JsonValue> =>
  (value, path) => {
    const copy = copyJson(value, maxLength);
    if (copy !== undefined) return copy;
    throw new DecodeError(path, word("json-of-at-most", { characters: maxLength }), value);
  };

/** A JSON object of at most `maxLength` characters. */
export const jsonObject =
  (maxLength: number): Decoder<JsonObject> =>
  (value, path) => {
    const copy = isObject(value) ? copyJson(value, maxLength) : undefined;
    if (isObject(copy)) return copy;
    throw new DecodeError(path, word("json-object-of-at-most", { characters: maxLength }), value);
  };

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object with string keys whose values all decode alike. */
export const record =
  <T>(decoder: Decoder<T>, maxKeys: number): Decoder<Readonly<Record<string, T>>> =>
  (value, path) => {
    if (!isObject(value) || Object.keys(value).length > maxKeys)
      throw new DecodeError(path, word("object-of-at-most-keys", { keys: maxKeys }), value);
    const result: Record<string, T> = {};
    for (const [key, item] of Object.entries(value)) {
      if (key === "__proto__" || key.length > 200)
        throw new DecodeError(path, word("ordinary-keys"), key);
      result[key] = decoder(item, `${path}.${key}`);
    }
    return result;
  };

/** The fields of an object, each with what decodes it. */
export type Fields = Readonly<Record<string, Decoder<unknown> | OptionalField<unknown>>>;
type OptionalKeys<F extends Fields> = {
  [K in keyof F]: F[K] extends OptionalField<unknown> ? K : never;
}[keyof F];
type FieldType<D> = D extends OptionalField<infer T> ? T : D extends Decoder<infer T> ? T : never;

/** What `object(fields)` returns. */
export type Decoded<F extends Fields> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: FieldType<F[K]>;
} & { readonly [K in OptionalKeys<F>]?: FieldType<F[K]> };

/** An object with exactly these fields; what else it carries is left behind. */
export const object =
  <F extends Fields>(fields: F): Decoder<Decoded<F>> =>
  (value, path) => {
    if (!isObject(value)) throw new DecodeError(path, word("an-object"), value);
    const result: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(fields)) {
      const item = Object.hasOwn(value, key) ? value[key] : undefined;
      if (typeof field === "function") result[key] = field(item, `${path}.${key}`);
      else if (item !== undefined) result[key] = field.optional(item, `${path}.${key}`);
    }
    // Every field was decoded above under its own key; the mapped type only restates that.
    return result as Decoded<F>;
  };
