import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";

/** JSON with one parameter per line, as NNI's own examples are printed; empty for an empty space. */
export function spaceText(space: JsonObject): string {
  const lines = Object.entries(space).map(
    ([name, spec]) => `  ${JSON.stringify(name)}: ${inline(spec)}`,
  );
  return lines.length === 0 ? "" : `{\n${lines.join(",\n")}\n}`;
}

/** JSON on one line. */
export function inline(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${inline(item)}`,
  );
  return `{ ${entries.join(", ")} }`;
}
