import { parseDroppedFiles } from "../../src/experiment/draft/dropped-files.ts";
import { encodeFile } from "../../src/experiment/formats/file.ts";
import { createRng } from "../../src/core/math/rng.ts";
import { journalOf, space } from "../experiment/formats/examples.ts";
import { flipBits, mutateBytes, mutateJson } from "./mutate.ts";

const yaml = `experimentName: example
trialConcurrency: 4
maxTrialNumber: 8
maxExperimentDuration: 100h
tuner: { name: TPE, classArgs: { optimize_mode: maximize } }
assessor:
  name: Medianstop
tabtune:
  dataset: shapes10
  defaults: { width: 8, batch_size: 32 }
`;

/** One valid file of each kind that the page takes. */
export async function validFiles(): Promise<string[]> {
  const experiment = await encodeFile(journalOf(3, 4)).text();
  return [experiment, JSON.stringify(space), yaml];
}

/** One seeded mutation of a valid file, as bytes. */
export function mutateFile(valid: readonly string[], seed: number): Uint8Array<ArrayBuffer> {
  const rng = createRng("hostile-file", seed);
  const text = valid[rng.int(valid.length)]!;
  const bytes = new TextEncoder().encode(text);
  if (seed % 3 === 0) return flipBits(bytes, rng);
  if (seed % 3 === 1) return mutateBytes(bytes, rng);
  return new TextEncoder().encode(mutateJson(text, rng));
}

/** Reads bytes as a file dropped on the page. */
export const drop = (bytes: Uint8Array<ArrayBuffer>): Promise<unknown> =>
  parseDroppedFiles([{ name: "dropped.json", blob: new Blob([bytes]) }], 1);
