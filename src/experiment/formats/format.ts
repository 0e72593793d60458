import type { ExperimentState, JournalEvent } from "../../core/journal/index.ts";
import type { SharedExperiment } from "./shared-experiment.ts";

interface FormatBase<N extends string> {
  /** Unique. The menu's words stand under it in the catalogues. */
  readonly name: N;
  /** Ends the name of the file, with its dot; no two formats share it. */
  readonly extension: string;
  readonly mediaType: string;
  /** Where it can be read as well. */
  readonly reader?: {
    /** @param start at most 200 characters with which a file begins */
    recognises(start: string): boolean;
    /** Bytes of a file that is recognised; larger ones are something else. */
    readonly limitBytes: number;
    /** Parses field by field; writes and starts nothing. @throws AppError "file-invalid" and what the experiment is refused for */
    decode(file: Blob): Promise<SharedExperiment>;
  };
}

/** An experiment as a file: of its journal, which experiments from links do not have, or of its state. `encode` is pure.
 *
 *      export const notes = defineFormat({
 *        name: "notes",
 *        extension: ".notes.txt",
 *        mediaType: "text/plain",
 *        from: "state",
 *        encode: ({ name, trials }) => `${name}: ${trials.length} trials\n`,
 *      }); */
export type ExportFormat<N extends string = string> = FormatBase<N> &
  (
    | { readonly from: "journal"; encode(journal: readonly JournalEvent[]): BlobPart }
    | { readonly from: "state"; encode(state: ExperimentState): BlobPart }
  );

/** A format for the table. */
export const defineFormat = <const N extends string>(format: ExportFormat<N>): ExportFormat<N> =>
  format;
