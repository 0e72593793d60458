import type { Vocabulary } from "../../../src/core/words/index.ts";
import { samplesOfInput } from "./samples-of-input.ts";
import { samplesOfMachinery } from "./samples-of-machinery.ts";

/** Plausible values of every code: one that is missing does not compile. */
export const samples: Vocabulary = { ...samplesOfInput, ...samplesOfMachinery };
