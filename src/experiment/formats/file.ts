import { decode, integer, object, oneOf, optional, text } from "../../core/decode.ts";
import { AppError } from "../../core/errors.ts";
import {
  checkJournal,
  foldCurves,
  recordText,
  reduceEvents,
  reduceJournal,
  type ExperimentState,
  type JournalEvent,
} from "../../core/journal/index.ts";
import { checkExperiment } from "../draft/checked-experiment.ts";
import type { SharedExperiment } from "./shared-experiment.ts";
import { defineFormat } from "./format.ts";
import { exceeds } from "./json-shape.ts";
import { word } from "../../core/words/index.ts";

/** Published limits of a file. */
export const fileLimits = {
  sizeBytes: 64 * 1024 * 1024,
  json: { depth: 64, values: 5_000_000 },
  /** Those in curves included: more than fit as JSON. */
  events: 1_000_000,
} as const;

/** First field of every file; tells it from a search space or a configuration. */
export const fileFormat = "tabtune-experiment";

/** What is written. 2: events and curves that version 1 does not know; files of version 1 are read as they are. */
const fileVersion = 2;

/** Everything but weights, exact: the journal without the events that name files of this browser, counted anew.
 *  @param ranOn what the experiment ran on, for recorded ones */
export function encodeFile(journal: readonly JournalEvent[], ranOn?: string): Blob {
  const events = journal
    .filter((event) => event.type !== "checkpoint-saved")
    .map((event, seq) => ({ ...event, seq }));
  const head = {
    format: fileFormat,
    version: fileVersion,
    ...(ranOn === undefined ? {} : { ranOn }),
  };
  const lines = foldCurves(events).map(recordText).join(",\n");
  const json = `${JSON.stringify(head).slice(0, -1)},"events":[\n${lines}\n]}\n`;
  return new Blob([json], { type: "application/json" });
}

const head = object({
  format: oneOf([fileFormat]),
  version: integer(1, fileVersion),
  ranOn: optional(text(500)),
});
const content = object({ events: (value: unknown) => value });

/** Parses a file into a read-only experiment, field by field. Writes and starts nothing.
 *  @throws AppError "file-invalid", "dataset-unknown", or "journal-invalid" naming the field */
export async function decodeFile(
  file: Blob,
  source: "file" | "recorded" = "file",
): Promise<SharedExperiment & { readonly events: readonly JournalEvent[] }> {
  if (file.size > fileLimits.sizeBytes)
    throw new AppError("file-invalid", word("file-too-large", { bytes: file.size }), {
      sizeBytes: file.size,
    });
  const json = parseJson(new Uint8Array(await file.arrayBuffer()));
  decode(head, json, "file-invalid", "file");
  const events = checkJournal(
    decode(content, json, "file-invalid", "file").events,
    fileLimits.events,
  );
  // Weights do not travel: a name of some would be the name of another experiment's.
  if (events.some(({ type }) => type === "checkpoint-saved"))
    throw new AppError("file-invalid", word("file-names-weights"));
  const read = reduceJournal(events);
  const state = reduceEvents(read, restOf(read));
  const { definition, space } = checkExperiment(state.definition);
  return { state, definition, space, source, events };
}

/** The experiment file in the table of formats. */
export const experimentFile = defineFormat({
  name: "experiment",
  extension: ".tabtune.json",
  mediaType: "application/json",
  from: "journal",
  encode: (journal) => encodeFile(journal),
  reader: {
    recognises: (start) => start.includes(`"${fileFormat}"`),
    limitBytes: fileLimits.sizeBytes,
    decode: (file) => decodeFile(file),
  },
});

/** What brings a shared experiment to rest: one that was running where it comes from is paused here. */
function restOf({ status, lastSeq, updatedAt }: ExperimentState): readonly JournalEvent[] {
  if (status !== "running" && status !== "preparing") return [];
  // The time between the export and now was not spent running.
  const [seq, at] = [lastSeq + 1, updatedAt];
  return [{ seq, at, type: "status-changed", status: "paused", reason: "interrupted" }];
}

/** The journal of a foreign experiment as one of this browser's own. What was running there rests here until someone resumes it.
 *  @param id new, so that the same file can be kept twice */
export function adoptJournal(events: readonly JournalEvent[], id: string): readonly JournalEvent[] {
  const adopted = events.map((event): JournalEvent =>
    event.type === "experiment-created"
      ? { ...event, definition: { ...event.definition, id } }
      : event,
  );
  return [...adopted, ...restOf(reduceJournal(adopted))];
}

function parseJson(bytes: Uint8Array): unknown {
  const exceeded = exceeds(bytes, fileLimits.json);
  if (exceeded)
    throw new AppError(
      "file-invalid",
      exceeded === "depth"
        ? word("file-too-deep", { levels: fileLimits.json.depth })
        : word("file-too-many-values", { values: fileLimits.json.values }),
      { limit: fileLimits.json[exceeded] },
    );
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new AppError("file-invalid", word("file-no-json"), {}, { cause });
  }
}
