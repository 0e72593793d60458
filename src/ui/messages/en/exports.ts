import type { FormatName } from "../../../experiment/formats/table.ts";

/** What the menus call the formats of `experiment/formats/table.ts`. */
export const enExports = {
  experiment: "Export as a file",
  trials: "Export trials as CSV",
  curves: "Export learning curves as CSV",
} satisfies Readonly<Record<FormatName, string>>;
