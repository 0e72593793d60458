import { crc32 } from "../../core/crc32.ts";
import type { JournalEvent } from "../../core/journal/events.ts";
import {
  checkRecord,
  foldCurves,
  isCurve,
  recordText,
  type StoredEvent,
} from "../../core/journal/index.ts";
import type { FileStore } from "../files/file-store.ts";

const folder = "journals";

/** Second copies of journals outside the database, one append-only file each: every line carries a checksum and the
 *  event's seq. They lag behind the database – they are brought up to date whenever a trial has ended – and are read only
 *  when the database has lost something. */
export interface JournalCopies {
  /** seq the copy's next event must have; 0 where there is none, or none that can be read. */
  nextSeq(id: string): Promise<number>;
  /** Adds events that follow the copy's last one. @throws AppError "storage-quota", "storage-failed" */
  append(id: string, events: readonly JournalEvent[]): Promise<void>;
  /** What can be read, oldest first and without gaps: everything before the first damaged line. Not checked event by event. */
  read(id: string): Promise<unknown[]>;
  /** Removing what is not there is no error. */
  remove(id: string): Promise<void>;
  ids(): Promise<string[]>;
}

/** Keeps copies as files. @param files not in the database, or both copies are lost together */
export function createJournalCopies(files: FileStore): JournalCopies {
  const bytesOf = async (id: string): Promise<Uint8Array<ArrayBuffer>> =>
    (await files.read(`${folder}/${id}`)) ?? new Uint8Array();
  return {
    async nextSeq(id) {
      const bytes = await bytesOf(id);
      // The last line alone: a damaged one before it is found when the copy is needed.
      const start = bytes.subarray(0, -1).lastIndexOf(newline) + 1;
      const last = parseLine(bytes.subarray(start, -1));
      return last && bytes.at(-1) === newline ? last.seq + 1 : 0;
    },
    async append(id, events) {
      if (events.length === 0) return;
      const fresh = events[0]!.seq === 0;
      const former = fresh ? new Uint8Array() : await bytesOf(id);
      await files.write(`${folder}/${id}`, concat([former, ...foldCurves(events).map(line)]));
    },
    async read(id) {
      const bytes = await bytesOf(id);
      const bySeq = new Map<number, unknown>();
      let last = -1;
      for (let start = 0; start < bytes.length;) {
        const end = bytes.indexOf(newline, start);
        const parsed = end < 0 ? null : parseLine(bytes.subarray(start, end));
        if (!parsed || parsed.seq <= last || !take(parsed, bySeq)) break;
        last = parsed.seq;
        start = end + 1;
      }
      // A curve's events stood before its line, among others.
      const events: unknown[] = [];
      while (bySeq.has(events.length)) events.push(bySeq.get(events.length));
      return events;
    },
    remove: (id) => files.remove(`${folder}/${id}`),
    ids: async () =>
      (await files.list())
        .filter(({ path }) => path.startsWith(`${folder}/`))
        .map(({ path }) => path.slice(folder.length + 1)),
  };
}

const newline = 10;

/** What a line stands for; false for a curve that cannot be read. */
function take({ seq, event }: Line, bySeq: Map<number, unknown>): boolean {
  if (!isCurve(event)) return bySeq.set(seq, event).has(seq);
  try {
    for (const one of checkRecord(event)) bySeq.set(one.seq, one);
    return true;
  } catch {
    // It counts as damaged, like a line with a wrong checksum.
    return false;
  }
}

interface Line {
  readonly seq: number;
  readonly event: unknown;
}

/** `crc seq json\n`; the checksum covers what follows it. JSON writes NaN as null, which reads as NaN again. */
function line(event: StoredEvent): Uint8Array<ArrayBuffer> {
  const body = new TextEncoder().encode(`${event.seq} ${recordText(event)}`);
  const head = new TextEncoder().encode(`${crc32(body).toString(16).padStart(8, "0")} `);
  return concat([head, body, Uint8Array.of(newline)]);
}

/** Null for a line that is not exactly what was written. */
function parseLine(bytes: Uint8Array): Line | null {
  const body = bytes.subarray(9);
  const text = new TextDecoder().decode(bytes);
  if (text.slice(0, 9) !== `${crc32(body).toString(16).padStart(8, "0")} `) return null;
  const [, seq, json] = /^\S+ (\d+) (.*)$/s.exec(text) ?? [];
  return json === undefined ? null : { seq: Number(seq), event: JSON.parse(json) as unknown };
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
