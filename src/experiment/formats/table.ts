import { curvesCsv } from "./curves-csv.ts";
import { experimentFile } from "./file.ts";
import { trialsCsv } from "./trials-csv.ts";

/** Every format an experiment is exported to, in the order of the menu. */
export const formats = [experimentFile, trialsCsv, curvesCsv] as const;

/** The name of one. */
export type FormatName = (typeof formats)[number]["name"];
