import type { JsonObject } from "../../core/json.ts";

/** One parameter per line, as NNI's own examples are printed. */
export function spaceText(space: JsonObject): string {
  const lines = Object.entries(space).map(
    ([name, spec]) => `  ${JSON.stringify(name)}: ${JSON.stringify(spec).replaceAll(",", ", ")}`,
  );
  return lines.length === 0 ? "" : `{\n${lines.join(",\n")}\n}`;
}
