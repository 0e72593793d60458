import { assessorCatalogue } from "../../../core/assessors/index.ts";
import { tunerCatalogue, type ArgumentSpec } from "../../../core/tuners/index.ts";

/** What a form needs to know of a tuner or an assessor. */
export interface AlgorithmChoice {
  readonly name: string;
  readonly description: string;
  readonly arguments: readonly ArgumentSpec[];
}

export const tuners: readonly AlgorithmChoice[] = tunerCatalogue;
export const assessors: readonly AlgorithmChoice[] = assessorCatalogue;
