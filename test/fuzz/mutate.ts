import type { Rng } from "../../src/core/math/rng.ts";

/** Values that JSON allows and a careless reader trips over. */
export const strangeJson: readonly string[] = [
  "null", "true", "false", "0", "-0", "-1", "1.5", "1e308", "-1e308", "1e999", "5e-324", "9007199254740993",
  '""', '"x"', '"__proto__"', '"constructor"', '"toString"', '"NaN"', '"\\ud800"', '"\\udfff\\ud800"', '"\\u0000"',
  "[]", "[null]", "[[[[[[]]]]]]", "{}", '{"__proto__":{"polluted":1}}', '{"__proto__":null}',
  '{"constructor":{"prototype":{"polluted":1}}}', '{"hasOwnProperty":1,"toString":1,"valueOf":1}',
  '{"then":1}', '{"toJSON":1}', '{"length":1e9}', '{"_type":"choice","_value":[]}',
]; // prettier-ignore

const keys = ["__proto__", "constructor", "prototype", "toString", "valueOf", "then", "x", ""];

/** Flips 1 to 8 bits. */
export function flipBits(bytes: Uint8Array, rng: Rng): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  for (let i = 0, n = 1 + rng.int(8); i < n; i++) copy[rng.int(copy.length)]! ^= 1 << rng.int(8);
  return copy;
}

/** Cuts, repeats, moves, replaces or inserts bytes, 1 to 4 times. */
export function mutateBytes(bytes: Uint8Array, rng: Rng): Uint8Array<ArrayBuffer> {
  let list = [...bytes];
  for (let i = 0, n = 1 + rng.int(4); i < n; i++) {
    const at = rng.int(list.length + 1);
    const length = rng.int(20);
    const piece = list.slice(at, at + length);
    const kind = rng.int(5);
    if (kind === 0) list = [...list.slice(0, at), ...list.slice(at + length)];
    else if (kind === 1) list = [...list.slice(0, at), ...piece, ...list.slice(at)];
    else if (kind === 2) list = list.slice(0, at);
    else if (kind === 3) list[at] = rng.int(256);
    else list.splice(at, 0, rng.int(256), rng.int(256));
  }
  return Uint8Array.from(list);
}

/** Changes 1 to 3 values, names or places of a JSON text, which stays JSON nearly always. */
export function mutateJson(json: string, rng: Rng): string {
  let text = json;
  for (let i = 0, n = 1 + rng.int(3); i < n; i++) text = mutateOnce(text, rng);
  return text;
}

function mutateOnce(json: string, rng: Rng): string {
  const places = [...json.matchAll(/"((?:[^"\\]|\\.)*)":|(?<=[[,])(?=[^"\]])/g)];
  const place = places[rng.int(Math.max(1, places.length))];
  if (!place) return json;
  const start = place.index + place[0].length;
  const end = endOfValue(json, start);
  const strange = strangeJson[rng.int(strangeJson.length)]!;
  switch (rng.int(6)) {
    case 0:
    case 1:
      return json.slice(0, start) + strange + json.slice(end);
    case 2: {
      if (place[1] === undefined) return json.slice(0, start) + `${strange},` + json.slice(start);
      const key = keys[rng.int(keys.length)]!;
      return json.slice(0, place.index) + `"${key}":` + json.slice(start);
    }
    case 3:
      return json.slice(0, start) + `[${json.slice(start, end)}]` + json.slice(end);
    case 4: {
      const other = places[rng.int(places.length)]!;
      const from = other.index + other[0].length;
      return json.slice(0, start) + json.slice(from, endOfValue(json, from)) + json.slice(end);
    }
    default: {
      const value = json.slice(start, end);
      const repeated = new Array(1 + rng.int(40)).fill(value).join(",");
      return json.slice(0, start) + `[${repeated}]` + json.slice(end);
    }
  }
}

/** Where the JSON value that begins at `start` ends. */
export function endOfValue(json: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let i = start; i < json.length; i++) {
    const c = json[i]!;
    if (quoted) {
      if (c === "\\") i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === "[" || c === "{") depth++;
    else if (c === "]" || c === "}") {
      if (depth === 0) return i;
      depth--;
    } else if (c === "," && depth === 0) return i;
  }
  return json.length;
}
