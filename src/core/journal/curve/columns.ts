import { ByteReader, ByteWriter } from "./bytes.ts";

/** Columns of equal length, packed so that every number comes back as it was, to the bit (NaN as NaN). Each column is
 *  written in every form below, and the shortest that reads back exactly is kept: which forms there are decides about
 *  length alone. */
const forms = {
  /** What everything can be written as. */
  float64: 0,
  float32: 1,
  constant: 2,
  /** `first + step · i`, integers. */
  line: 3,
  /** Equal to an earlier column. */
  same: 4,
  /** `m · 2^-e / n` with integers m, as differences: counts and sums over n images, integers with n = 1. */
  scaled: 5,
  /** A time `m / 10^d + j · 2^-e`: what a clock with decimal steps says, and what subtracting its numbers left. */
  clock: 6,
  /** `1000 · n` over such a time: images a second. */
  rate: 7,
} as const;

/** Digits after the point of the clocks there are: 0.1 ms, 5 µs, 1 ns. */
const clockDigits = [1, 3, 6];
/** Halvings of what is left: numbers of some minutes to some days, subtracted. */
const clockHalvings = Array.from({ length: 16 }, (_, i) => 28 + i);
/** What is left is no more than so many of its own steps. */
const mostLeft = 40;

/** Numbers whose differences are still exact. */
const largest = 2 ** 50;
const mostHalvings = 60;
/** Of one trial's images: those trained on, and those it is measured with. */
const mostSets = 3;
/** No more images than this are told from a fraction. */
const mostImages = 2 ** 26;

/** @param columns of the same length */
export function packColumns(columns: readonly (readonly number[])[]): Uint8Array {
  const writer = new ByteWriter();
  const fractions = columns.map(denominator).filter((n) => n !== null && n > 1);
  const images = [...new Set(fractions)].slice(0, mostSets) as number[];
  columns.forEach((values, index) => {
    let best = write(forms.float64, (w) => values.forEach((value) => w.float64(value)));
    for (const candidate of candidates(values, columns.slice(0, index), images)) {
      if (candidate.length >= best.length) continue;
      const read = readColumn(new ByteReader(candidate), values.length, columns.slice(0, index));
      if (read.every((value, i) => Object.is(value, values[i]))) best = candidate;
    }
    writer.append(best);
  });
  return writer.bytes;
}

/** @throws RangeError for bytes that are not `count` columns of `length` numbers */
export function unpackColumns(bytes: Uint8Array, count: number, length: number): number[][] {
  const reader = new ByteReader(bytes);
  const columns: number[][] = [];
  for (let i = 0; i < count; i++) columns.push(readColumn(reader, length, columns));
  if (reader.left > 0) throw new RangeError(`bytes: ${reader.left} too many`);
  return columns;
}

const write = (form: number, body: (writer: ByteWriter) => void): Uint8Array => {
  const writer = new ByteWriter();
  writer.byte(form);
  body(writer);
  return writer.bytes;
};

/** The column in the forms that may be shorter; not every one reads back exactly. */
function* candidates(
  values: readonly number[],
  before: readonly (readonly number[])[],
  images: readonly number[],
): Generator<Uint8Array> {
  const [first = 0, second = first] = values;
  const twin = before.findIndex((other) => other.every((value, i) => Object.is(value, values[i])));
  if (twin >= 0) yield write(forms.same, (w) => w.natural(twin));
  yield write(forms.constant, (w) => w.float64(first));
  if (isSafe(first) && isSafe(second - first))
    yield write(forms.line, (w) => [first, second - first].forEach((n) => w.integer(n)));
  yield write(forms.float32, (w) => values.forEach((value) => w.float32(value)));
  for (const n of new Set([1, ...images])) yield* onGrid(n, values);
  yield* byClock(forms.clock, 1, values, { to: (value) => value, from: (time) => time });
  for (const n of images) {
    const over = (value: number): number => (1000 * n) / value;
    yield* byClock(forms.rate, n, values, { to: over, from: over });
  }
}

/** As n-ths of the coarsest grid of halves that gives all values back. */
function* onGrid(n: number, values: readonly number[]): Generator<Uint8Array> {
  for (let halvings = 0; halvings <= mostHalvings; halvings++) {
    const scale = 2 ** halvings;
    const steps = values.map((value) => Math.round(value * n * scale));
    if (!steps.every(isSafe)) return;
    if (!steps.every((step, i) => step / scale / n === values[i])) continue;
    yield write(forms.scaled, (w) => {
      w.natural(n);
      w.natural(halvings);
      steps.forEach((step, i) => w.integer(step - (steps[i - 1] ?? 0)));
    });
    return;
  }
}

/** What a value has to do with a time. */
interface ClockReading {
  /** The time, nearly. */
  to(this: void, value: number): number;
  /** The value that a time gives. */
  from(this: void, time: number): number;
}

/** As times on a clock. */
function* byClock(
  form: number,
  n: number,
  values: readonly number[],
  { to, from }: ClockReading,
): Generator<Uint8Array> {
  const times = values.map(to);
  for (const digits of clockDigits) {
    const perMs = 10 ** digits;
    const steps = times.map((time) => Math.round(time * perMs));
    if (!steps.every(isSafe)) return;
    const told = steps.map((step) => step / perMs);
    for (const [which, halvings] of clockHalvings.entries()) {
      const scale = 2 ** halvings;
      const left = leftOver(values, (i, near) => {
        const j = Math.round((times[i]! - told[i]!) * scale) + near;
        return Math.abs(j) <= mostLeft && from(told[i]! + j / scale) === values[i] ? j : null;
      });
      if (!left) continue;
      yield write(form, (w) => {
        if (form === forms.rate) w.natural(n);
        w.byte(16 * digits + which);
        steps.forEach((step, i) => {
          w.integer(step - (steps[i - 1] ?? 0));
          w.integer(left[i]!);
        });
      });
      break;
    }
  }
}

/** What each value's clock left over, found a few steps around where it should be; null where one is not there. */
function leftOver(
  values: readonly number[],
  find: (i: number, near: number) => number | null,
): number[] | null {
  const left: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const found = find(i, 0) ?? find(i, 1) ?? find(i, -1) ?? find(i, 2) ?? find(i, -2);
    if (found === null) return null;
    left.push(found);
  }
  return left;
}

function readColumn(
  reader: ByteReader,
  length: number,
  before: readonly (readonly number[])[],
): number[] {
  const each = (value: (i: number) => number): number[] =>
    Array.from({ length }, (_, i) => value(i));
  const form = reader.byte();
  switch (form) {
    case forms.float64:
      return each(() => reader.float64());
    case forms.float32:
      return each(() => reader.float32());
    case forms.constant: {
      const value = reader.float64();
      return each(() => value);
    }
    case forms.line: {
      const [first, step] = [reader.integer(), reader.integer()];
      return each((i) => first + step * i);
    }
    case forms.same: {
      const twin = before[reader.natural()];
      if (!twin) throw new RangeError("same: no such column");
      return [...twin];
    }
    case forms.scaled: {
      const [n, halvings] = [reader.natural(), reader.natural()];
      let step = 0;
      return each(() => (step += reader.integer()) / 2 ** halvings / n);
    }
    case forms.clock:
    case forms.rate: {
      const n = form === forms.rate ? reader.natural() : 1;
      const how = reader.byte();
      const [digits, halvings] = [how >> 4, clockHalvings[how & 15]!];
      let step = 0;
      return each(() => {
        step += reader.integer();
        const time = step / 10 ** digits + reader.integer() / 2 ** halvings;
        return form === forms.clock ? time : (1000 * n) / time;
      });
    }
    default:
      throw new RangeError(`form: got ${form}`);
  }
}

const isSafe = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < largest;

/** The smallest n of which all values are exact n-ths; null where there is none to speak of. */
function denominator(values: readonly number[]): number | null {
  let n = 1;
  for (const value of values) {
    if (!Number.isFinite(value) || Math.abs(value) > 1) return null;
    const own = Math.round(value * n) / n === value ? 1 : smallestDenominator(value);
    if (own === null) return null;
    n *= own / commonDivisor(n, own);
    if (n > mostImages) return null;
  }
  return n;
}

/** By continued fractions. */
function smallestDenominator(value: number): number | null {
  let [below, n] = [0, 1];
  let rest = Math.abs(value);
  for (let i = 0; i < 40; i++) {
    if (Math.round(value * n) / n === value) return n;
    rest = 1 / (rest - Math.floor(rest));
    [below, n] = [n, Math.floor(rest) * n + below];
    if (!(n <= mostImages)) return null;
  }
  return null;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
