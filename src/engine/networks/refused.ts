import { word, type Word } from "../../core/words/index.ts";

/** Networks that search spaces name and that cannot be had, with the reason. */
export const refusedNetworks: Readonly<Record<string, Word>> = {
  shufflenetg2: word("cannot-be-built"),
};
