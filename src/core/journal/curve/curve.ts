import { toBase64 } from "../../base64.ts";
import { bytes, decode, integer, number, object, oneOf } from "../../decode.ts";
import { AppError } from "../../errors.ts";
import { word } from "../../words/index.ts";
import { journalLimits, trial } from "../events/fields.ts";
import type { JournalEvent } from "../events/table.ts";
import { packColumns, unpackColumns } from "./columns.ts";

/** Epochs of one trial in one record, exactly: what a journal at rest holds in the place of the events. It stands where
 *  the last of them stood, and carries where each stood and when; unfolded, they are the same events. */
export interface Curve {
  readonly type: "curve";
  /** Of the last event folded in. */
  readonly seq: number;
  readonly at: number;
  readonly trial: number;
  readonly epochs: number;
  readonly bytes: Uint8Array;
}

/** What a journal at rest is made of. */
export type StoredEvent = JournalEvent | Curve;

type EpochEvent = Extract<JournalEvent, { type: "epoch-finished" }>;

const reportColumns = [
  "epoch",
  "trainAccuracy",
  "validationAccuracy",
  "metric",
  "trainLoss",
  "validationLoss",
  "learningRate",
  "durationMs",
  "imagesPerSecond",
] as const satisfies readonly (keyof EpochEvent["report"])[];

/** A journal, or a part of one, with the epochs of each trial that ends in it folded into one record. The last record's
 *  `seq` is the last event's. */
export function foldCurves(events: readonly JournalEvent[]): StoredEvent[] {
  const ended = new Set(events.map((event) => (event.type === "trial-ended" ? event.trial : null)));
  const epochs = new Map<number, EpochEvent[]>();
  for (const event of events)
    if (event.type === "epoch-finished" && ended.has(event.trial)) {
      const own = epochs.get(event.trial);
      if (own) own.push(event);
      else epochs.set(event.trial, [event]);
    }
  const curves = new Map<JournalEvent, Curve | null>();
  for (const own of epochs.values()) {
    const curve = own.length < 2 ? null : curveOf(own);
    if (curve) for (const event of own) curves.set(event, own.at(-1) === event ? curve : null);
  }
  return events.flatMap((event): StoredEvent[] => {
    const curve = curves.get(event);
    return curve === undefined ? [event] : curve === null ? [] : [curve];
  });
}

/** A record as JSON, bytes as base64. */
export function recordText(record: StoredEvent): string {
  return JSON.stringify(
    record.type === "curve" ? { ...record, bytes: toBase64(record.bytes) } : record,
  );
}

/** Null where a time is none that comes back exactly. */
function curveOf(events: readonly EpochEvent[]): Curve | null {
  const { seq, at, trial } = events.at(-1)!;
  const ahead = aheadOf(events.map(({ report }) => report.durationMs));
  const times = events.map((event, i) => at - ahead[i]! - event.at);
  if (!events.every((event, i) => at - ahead[i]! - times[i]! === event.at)) return null;
  const packed = packColumns([
    events.map((event) => seq - event.seq),
    times,
    ...reportColumns.map((name) => events.map(({ report }) => report[name])),
  ]);
  return { type: "curve", seq, at, trial, epochs: events.length, bytes: packed };
}

/** Whole milliseconds that the epochs after each took: it ended about as long before the last one. */
function aheadOf(durations: readonly number[]): number[] {
  let after = 0;
  const ahead = durations.map(() => 0);
  for (let i = durations.length - 1; i >= 0; i--) {
    ahead[i] = after;
    after += Math.round(durations[i]!);
  }
  return ahead;
}

/** True for what must be unfolded; whether it can be is another matter. */
export function isCurve(value: unknown): boolean {
  return typeof value === "object" && value !== null && "type" in value && value.type === "curve";
}

/** At most so many bytes an epoch, in the longest form. */
const epochBytes = 8 * (2 + reportColumns.length) + 1;

const form = object({
  type: oneOf(["curve"]),
  seq: integer(0, journalLimits.events),
  at: number(),
  trial,
  epochs: integer(2, journalLimits.epochs),
  bytes: bytes(journalLimits.epochs * epochBytes),
});

/** The events of a foreign curve, whose fields are not checked yet.
 *  @throws AppError "journal-invalid" */
export function unfoldCurve(value: unknown, path: string): unknown[] {
  const curve = decode(form, value, "journal-invalid", path);
  const { trial } = curve;
  const unreadable = (options: { cause?: unknown } = {}): AppError =>
    new AppError("journal-invalid", word("curve-unreadable", { path }), { path }, options);
  let columns: number[][];
  try {
    columns = unpackColumns(curve.bytes, 2 + reportColumns.length, curve.epochs);
  } catch (cause) {
    throw unreadable({ cause });
  }
  const [seqs = [], times = [], ...reports] = columns;
  const ahead = aheadOf(reports[reportColumns.indexOf("durationMs")] ?? []);
  // The last event stands where the curve stands.
  if (seqs.at(-1) !== 0) throw unreadable();
  return seqs.map((before, i) => ({
    ...{
      seq: curve.seq - before,
      at: curve.at - ahead[i]! - times[i]!,
      type: "epoch-finished",
      trial,
    },
    report: Object.fromEntries(reportColumns.map((name, column) => [name, reports[column]![i]])),
  }));
}
