import { developmentFunctions } from "../development.ts";
import { benchFunctions, type BenchFunction } from "./functions.ts";
import { heldOutFunctions } from "../held-out.ts";
import { tableFunctions } from "../tables.ts";

export interface FunctionSetFlags {
  readonly "held-out": boolean;
  readonly development: boolean;
  readonly tables?: string | undefined;
}

/** The functions that a benchmark's flags name: the ten of the peers' measurements unless another set is asked for. */
export function functionSet(flags: FunctionSetFlags): readonly BenchFunction[] {
  if (flags.tables !== undefined) return tableFunctions(flags.tables);
  if (flags["held-out"]) return heldOutFunctions;
  return flags.development ? developmentFunctions : benchFunctions;
}
