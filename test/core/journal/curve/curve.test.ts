import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fromBase64, toBase64 } from "../../../../src/core/base64.ts";
import {
  checkJournal,
  checkRecord,
  foldCurves,
  reduceJournal,
  type Curve,
  type EpochReport,
  type EventBody,
  type JournalEvent,
} from "../../../../src/core/journal/index.ts";
import { packColumns, unpackColumns } from "../../../../src/core/journal/curve/columns.ts";
import { createRng, type Rng } from "../../../../src/core/math/rng.ts";
import { journalOf } from "../../../experiment/formats/examples.ts";
import { added, attempt, ended, journal } from "../events.ts";

const file = join(import.meta.dirname, "../../../../public/recorded/experiment.json");
const recorded = checkJournal(
  (JSON.parse(readFileSync(file, "utf8")) as { events: unknown }).events,
);

const curves = (events: readonly JournalEvent[]): Curve[] =>
  foldCurves(events).filter((record) => record.type === "curve");

/** To the bit: `toEqual` takes -0 for 0. */
function expectSame(found: readonly JournalEvent[], events: readonly JournalEvent[]): void {
  expect(found).toEqual(events);
  const numbers = (all: readonly JournalEvent[]): number[] =>
    all.flatMap((event) => (event.type === "epoch-finished" ? Object.values(event.report) : []));
  const [a, b] = [numbers(found), numbers(events)];
  expect(a.findIndex((value, i) => !Object.is(value, b[i]))).toBe(-1);
}

const strange = [
  ...[NaN, Infinity, -Infinity, -0, 0, 1, -1, 0.1, 1 / 3, 5e-324, -5e-324, 2.2e-308],
  ...[Number.MAX_VALUE, -Number.MAX_VALUE, Number.MAX_SAFE_INTEGER, 2 ** 53 + 2, 2 ** 50, 1e-310],
  ...[Math.fround(0.1), Number.EPSILON, 1 + Number.EPSILON, 1e21, 123456789.125],
];

/** Any bits that are a number. */
function anyFloat(rng: Rng): number {
  const view = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < 8; i++) view.setUint8(i, rng.int(256));
  return view.getFloat64(0);
}

test("columns come back to the bit, whatever is in them (seed 5)", () => {
  const rng = createRng(5);
  const kinds: readonly (() => number)[] = [
    () => strange[rng.int(strange.length)]!,
    () => anyFloat(rng),
    () => rng.int(5_001) / 5_000,
    () => Math.fround(rng.next()),
    () => rng.int(2 ** 31) - 2 ** 30,
    () => 0.1,
    () => rng.next() * 1e5,
    () => (1000 * 45_000) / (25_000 + rng.int(2 ** 20) / 2 ** 20),
  ];
  for (let round = 0; round < 400; round++) {
    const length = 1 + rng.int(12);
    const columns = Array.from({ length: 1 + rng.int(5) }, () => {
      const kind = kinds[rng.int(kinds.length)]!;
      return Array.from({ length }, () => (rng.int(40) === 0 ? anyFloat(rng) : kind()));
    });
    const packed = packColumns(columns);
    const read = unpackColumns(packed, columns.length, length);
    const same = read.every((column, c) =>
      column.every((value, i) => Object.is(value, columns[c]![i])),
    );
    if (!same)
      throw new Error(`round ${round}: ${JSON.stringify(columns)} became ${JSON.stringify(read)}`);
    // Never longer than the numbers as they are, and one byte a column.
    expect(packed.length).toBeLessThanOrEqual(columns.length * (8 * length + 1));
  }
});

test("the recorded experiment takes less than 3.5 kB for 100 epochs", () => {
  const found = curves(recorded);
  const epochs = found.reduce((sum, curve) => sum + curve.epochs, 0);
  const sizeBytes = found.reduce((sum, curve) => sum + curve.bytes.length, 0);
  console.log(
    `recorded: ${epochs} epochs, ${((100 * sizeBytes) / epochs).toFixed(0)} bytes for 100`,
  );
  expect(epochs).toBe(recorded.filter(({ type }) => type === "epoch-finished").length);
  expect((100 * sizeBytes) / epochs).toBeLessThan(3_500);
  expectSame(checkJournal(foldCurves(recorded)), recorded);
});

/** As the trainer reports: sums of 32-bit losses over a set of 44,928 and one of 5,000 images. */
function trained(rng: Rng, epoch: number): EpochReport {
  const sum = (n: number, parts: number): number => {
    let total = 0;
    for (let i = 0; i < parts; i++) total += Math.fround((n / parts) * (0.5 + rng.next()));
    return total / n;
  };
  const accuracy = rng.int(5_001) / 5_000;
  // The browser's clock has steps of 0.1 ms and stands at some minutes.
  const time = (): number => 600_000 + Math.round(rng.next() * 1e6) / 10;
  const trainingMs = 30_000 + Math.abs(time() - time());
  return {
    ...{ epoch, trainLoss: sum(44_928, 100), trainAccuracy: rng.int(44_929) / 44_928 },
    ...{ validationLoss: sum(5_000, 40), validationAccuracy: accuracy, metric: accuracy },
    ...{ learningRate: 0.1, imagesPerSecond: (1000 * 44_928) / trainingMs },
    durationMs: trainingMs + Math.abs(time() - time()) / 100,
  };
}

test("100 epochs as the trainer reports them take less than 3.5 kB (seed 6)", () => {
  const rng = createRng(6);
  let at = 1_790_000_000_000;
  const bodies = [added(0), attempt(0)];
  for (let epoch = 1; epoch <= 100; epoch++)
    bodies.push({ type: "epoch-finished", trial: 0, report: trained(rng, epoch) });
  bodies.push(ended(0, "SUCCEEDED", 0.5));
  const events = journal(bodies).map((event) => ({
    ...event,
    at: (at += 31_000 + rng.int(5_000)),
  }));
  const [curve] = curves(events);
  console.log(`trained: ${curve!.bytes.length} bytes for 100`);
  expect(curve!.bytes.length).toBeLessThan(3_500);
  expectSame(checkJournal(foldCurves(events)), events);
});

/** Trials side by side, some restarted, some not over; with strange numbers. */
function randomJournal(rng: Rng): JournalEvent[] {
  const bodies: EventBody[] = [{ type: "status-changed", status: "running", reason: "user" }];
  const open: { trial: number; epoch: number; attempt: number }[] = [];
  let trials = 0;
  const number = (): number => (rng.int(6) === 0 ? strange[rng.int(strange.length)]! : rng.next());
  for (let i = 0; i < 120; i++) {
    const one = open[rng.int(open.length || 1)];
    if (!one || (open.length < 3 && rng.int(8) === 0)) {
      open.push({ trial: trials, epoch: 0, attempt: 1 });
      bodies.push(added(trials), attempt(trials++));
    } else if (rng.int(7) === 0) {
      if (rng.int(2) === 0) {
        bodies.push(attempt(one.trial, ++one.attempt));
        one.epoch = rng.int(one.epoch + 1);
        continue;
      }
      const status = one.epoch > 0 && rng.int(2) === 0 ? "SUCCEEDED" : "FAILED";
      bodies.push(ended(one.trial, status, status === "FAILED" ? null : rng.next()));
      open.splice(open.indexOf(one), 1);
    } else
      bodies.push({
        ...{ type: "epoch-finished", trial: one.trial },
        report: {
          ...{ epoch: ++one.epoch, trainLoss: number(), trainAccuracy: number() },
          ...{ validationLoss: number(), validationAccuracy: number(), metric: number() },
          ...{ learningRate: number(), imagesPerSecond: number(), durationMs: rng.int(9_999) },
        },
      });
  }
  return journal(bodies);
}

test("journals are the same events, and lead to the same state, with curves and without (seed 7)", () => {
  const rng = createRng(7);
  let folded = 0;
  for (let round = 0; round < 40; round++) {
    const events = randomJournal(rng);
    const records = foldCurves(events);
    folded += events.length - records.length;
    // As in the database, and as in a file.
    const cloned = checkJournal(structuredClone(records));
    expectSame(cloned, events);
    expect(reduceJournal(cloned)).toEqual(reduceJournal(events));
    // A part of a journal, as it is appended to a copy: in order, and to the same end.
    const from = rng.int(events.length);
    const part = foldCurves(events.slice(from));
    expect(part.map(({ seq }) => seq)).toEqual(part.map(({ seq }) => seq).sort((a, b) => a - b));
    expect(part.at(-1)!.seq).toBe(events.length - 1);
    expectSame(checkJournal(part), events.slice(from));
  }
  expect(folded).toBeGreaterThan(300);
});

test("a time that would not come back exactly is not folded", () => {
  const events = journalOf(1, 4).map((event) => ({ ...event, at: event.seq / 3 + 0.1 }));
  expectSame(checkJournal(foldCurves(events)), events);
});

test("only trials that are over are folded", () => {
  const events = journalOf(2, 4);
  const open = events.slice(0, -5);
  expect(curves(events).map(({ trial, epochs }) => [trial, epochs])).toEqual([
    [0, 4],
    [1, 4],
  ]);
  expect(curves(open).map(({ trial }) => trial)).toEqual([0]);
});

test("a damaged curve is refused, never misread for another length", () => {
  const rng = createRng(8);
  const [curve] = curves(journalOf(1, 6));
  const refused = (value: unknown): void => {
    expect(() => checkRecord(value)).toThrow(expect.objectContaining({ code: "journal-invalid" }));
  };
  for (const bytes of [new Uint8Array(), curve!.bytes.slice(0, -1), "====", "x", null, [1]])
    refused({ ...curve, bytes });
  refused({ ...curve, bytes: new Uint8Array([...curve!.bytes, 0]) });
  refused({ ...curve, seq: 0 });
  refused({ ...curve, trial: -1 });
  for (const epochs of [5, 7, 1, 1e6, NaN, "6"]) refused({ ...curve, epochs });
  for (let i = 0; i < 500; i++) {
    const bytes = curve!.bytes.slice();
    bytes[rng.int(bytes.length)]! ^= 1 << rng.int(8);
    try {
      expect(checkRecord({ ...curve, bytes })).toHaveLength(6);
    } catch (error) {
      expect(error).toMatchObject({ code: "journal-invalid" });
    }
  }
});

test("more events than a reader allows are refused before they are made", () => {
  const bytes = packColumns(Array.from({ length: 11 }, () => Array<number>(20_000).fill(1)));
  expect(bytes.length).toBeLessThan(150);
  const bomb = { type: "curve", seq: 1, at: 0, trial: 0, epochs: 20_000, bytes };
  const began = performance.now();
  expect(() => checkJournal(Array(1_000).fill(bomb), 1_000_000)).toThrow(/at most 1000000 events/);
  expect(performance.now() - began).toBeLessThan(1_000);
});

test("bytes come back from text", () => {
  for (let length = 0; length < 20; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => 37 * i + 200);
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  }
  for (const text of ["A", "AB=C", "AA==AA==", "AB==", "Ä===", "AAA=\n"])
    expect(fromBase64(text)).toBeNull();
});
