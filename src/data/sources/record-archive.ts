import type { FileImages } from "../definition.ts";
import type { RecordLayout } from "../formats/record-archive.ts";
import { startsWithEntry } from "./file-heads.ts";

/** A data set in one tar archive of records. */
export interface RecordArchive extends RecordLayout {
  /** What it is called. */
  readonly name: string;
  /** How the name of its first entry begins. */
  readonly begins: RegExp;
}

/** A data set whose files are one archive of records; its reader is loaded when it is read. */
export const recordArchive = ({ name, begins, ...layout }: RecordArchive): FileImages => ({
  choices: [[name]],
  recognises: (head) => startsWithEntry(head, begins),
  load: async () => (await import("../formats/record-archive.ts")).readRecordArchive(layout),
});
