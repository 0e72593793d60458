import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";

/** JSON text with sorted keys: equal for equal values, whatever the order of their keys. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) {
    const list: readonly JsonValue[] = value;
    return `[${list.map(canonicalJson).join(",")}]`;
  }
  if (isJsonObject(value)) {
    const object: JsonObject = value;
    const entries = Object.keys(object)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key]!)}`);
    return `{${entries.join(",")}}`;
  }
  // -0 and 0 are the same value to a user; NaN and infinities are no JSON but may come from foreign histories.
  if (typeof value === "number")
    return Number.isFinite(value) ? JSON.stringify(value + 0) : String(value);
  return JSON.stringify(value);
}

/** Rebuilds foreign data as JSON; undefined where it is none, is deeper than 32, longer than `maxLength` characters or uses `__proto__`. */
export function copyJson(value: unknown, maxLength: number): JsonValue | undefined {
  let left = maxLength;
  const copy = (x: unknown, depth: number): JsonValue | undefined => {
    if (depth > 32 || left < 0) return undefined;
    if (x === null || typeof x === "boolean") {
      left -= 5;
      return x;
    }
    if (typeof x === "number") {
      left -= 8;
      return Number.isFinite(x) ? x : undefined;
    }
    if (typeof x === "string") {
      left -= x.length + 2;
      return left < 0 ? undefined : x;
    }
    if (Array.isArray(x)) {
      const list: JsonValue[] = [];
      for (const item of x) {
        const copied = copy(item, depth + 1);
        if (copied === undefined) return undefined;
        list.push(copied);
        left -= 1;
      }
      return list;
    }
    if (typeof x !== "object") return undefined;
    const object: Record<string, JsonValue> = {};
    for (const [key, item] of Object.entries(x)) {
      const copied = copy(item, depth + 1);
      if (copied === undefined || key === "__proto__") return undefined;
      object[key] = copied;
      left -= key.length + 4;
    }
    return object;
  };
  const result = copy(value, 0);
  return left < 0 ? undefined : result;
}

function finiteJson(value: JsonValue): JsonValue {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(finiteJson);
  return isJsonObject(value) ? finiteObject(value) : value;
}

/** The same data with null in place of NaN and infinities, which JSON cannot hold. */
export function finiteObject(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, finiteJson(item)]));
}
