import {
  reduceJournal,
  type ExperimentState,
  type JournalEvent,
} from "../../core/journal/index.ts";
import { fileStem } from "./file-stem.ts";
import type { ExportFormat } from "./format.ts";
import { formats, type FormatName } from "./table.ts";

/** What is exported: a state without its journal where the format does not need it. */
export interface ExportSource {
  readonly state?: ExperimentState;
  readonly readJournal: () => Promise<readonly JournalEvent[]>;
}

/** An experiment as a file that bears its name. Rejects like `readJournal`. */
export async function exportAs(name: FormatName, source: ExportSource): Promise<File> {
  const format: ExportFormat = formats.find((one) => one.name === name)!;
  const given = format.from === "state" ? source.state : undefined;
  const journal = given ? [] : await source.readJournal();
  const state = given ?? reduceJournal(journal);
  const content = format.from === "state" ? format.encode(state) : format.encode(journal);
  return new File([content], `${fileStem(state.name)}${format.extension}`, {
    type: format.mediaType,
  });
}

/** The format that can read a file, by how it begins; null where none can. */
export async function recogniseFormat(
  file: Blob,
): Promise<NonNullable<ExportFormat["reader"]> | null> {
  const start = await file.slice(0, 200).text();
  const readers = formats.flatMap(({ reader }: ExportFormat) => reader ?? []);
  return readers.find((one) => file.size <= one.limitBytes && one.recognises(start)) ?? null;
}
