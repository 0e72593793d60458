import { integer, list, number, object, optional, type Decoder } from "../../core/decode.ts";
import { journalLimits } from "../../core/journal/index.ts";
import type { EpochReport } from "../../core/journal/events.ts";

/** A curve in whole steps of `1 / scale`, each as the difference to the one before; `x` holds [index, value] where a step
 *  would change what the page prints, or where there is no finite value. */
export interface PackedCurve {
  readonly d: readonly number[];
  readonly x?: readonly (readonly (number | null)[])[];
}

/** Reports of one trial, quantised for drawing. `e` is the first epoch. */
export interface PackedReports {
  readonly e: number;
  readonly tl: PackedCurve;
  readonly ta: PackedCurve;
  readonly vl: PackedCurve;
  readonly va: PackedCurve;
  /** The metric, where it is not the validation accuracy. */
  readonly m?: PackedCurve;
  readonly lr: PackedCurve;
  readonly ips: PackedCurve;
  readonly ms: PackedCurve;
}

interface Scale {
  readonly perUnit: number;
  /** What the page prints of a value; must not change. */
  readonly printed: (value: number) => string;
}

const accuracy: Scale = { perUnit: 10_000, printed: (value) => (100 * value).toFixed(1) };
const loss: Scale = { perUnit: 1_000, printed: (value) => value.toFixed(3) };
const rate: Scale = { perUnit: 100_000_000, printed: (value) => value.toPrecision(3) };
const speed: Scale = { perUnit: 1, printed: (value) => value.toPrecision(3) };
const time: Scale = { perUnit: 0.1, printed: (value) => (value / 1000).toFixed(1) };
/** Beyond this, differences would lose precision. */
const largestStep = 2 ** 40;

function pack(values: readonly number[], scale: Scale): PackedCurve {
  const d: number[] = [];
  const x: (readonly (number | null)[])[] = [];
  let previous = 0;
  values.forEach((value, index) => {
    const step = Math.round(value * scale.perUnit);
    if (!Number.isFinite(value)) {
      d.push(0);
      x.push([index, null]);
      return;
    }
    const usable = Math.abs(step) < largestStep;
    if (!usable || scale.printed(step / scale.perUnit) !== scale.printed(value))
      x.push([index, value]);
    d.push(usable ? step - previous : 0);
    previous = usable ? step : previous;
  });
  return x.length > 0 ? { d, x } : { d };
}

function unpack(curve: PackedCurve, count: number, scale: Scale): number[] {
  let step = 0;
  const values = Array.from({ length: count }, (_, i) => {
    step += curve.d[i] ?? 0;
    return step / scale.perUnit;
  });
  for (const [index, value] of curve.x ?? [])
    if (typeof index === "number" && index < count) values[index] = value ?? NaN;
  return values;
}

const column = <K extends keyof EpochReport>(
  reports: readonly EpochReport[],
  key: K,
): readonly EpochReport[K][] => reports.map((report) => report[key]);

/** @returns undefined for a trial without reports */
export function packReports(reports: readonly EpochReport[]): PackedReports | undefined {
  const first = reports[0];
  if (!first) return undefined;
  const ownMetric = reports.some((report) => report.metric !== report.validationAccuracy);
  return {
    e: first.epoch,
    tl: pack(column(reports, "trainLoss"), loss),
    ta: pack(column(reports, "trainAccuracy"), accuracy),
    vl: pack(column(reports, "validationLoss"), loss),
    va: pack(column(reports, "validationAccuracy"), accuracy),
    ...(ownMetric ? { m: pack(column(reports, "metric"), accuracy) } : {}),
    lr: pack(column(reports, "learningRate"), rate),
    ips: pack(column(reports, "imagesPerSecond"), speed),
    ms: pack(column(reports, "durationMs"), time),
  };
}

/** Rounded as `packReports` rounded them; none for undefined. */
export function unpackReports(packed: PackedReports | undefined): EpochReport[] {
  if (!packed) return [];
  const count = packed.va.d.length;
  const trainLoss = unpack(packed.tl, count, loss);
  const trainAccuracy = unpack(packed.ta, count, accuracy);
  const validationLoss = unpack(packed.vl, count, loss);
  const validationAccuracy = unpack(packed.va, count, accuracy);
  const metric = packed.m ? unpack(packed.m, count, accuracy) : validationAccuracy;
  const learningRate = unpack(packed.lr, count, rate);
  const imagesPerSecond = unpack(packed.ips, count, speed);
  const durationMs = unpack(packed.ms, count, time);
  return Array.from({ length: count }, (_, i) => ({
    epoch: packed.e + i,
    trainLoss: trainLoss[i]!,
    trainAccuracy: trainAccuracy[i]!,
    validationLoss: validationLoss[i]!,
    validationAccuracy: validationAccuracy[i]!,
    metric: metric[i]!,
    learningRate: learningRate[i]!,
    imagesPerSecond: imagesPerSecond[i]!,
    durationMs: Math.max(0, Number.isFinite(durationMs[i]!) ? durationMs[i]! : 0),
  }));
}

/** Epochs of one trial that a link may carry. */
export const maxLinkedEpochs = 10_000;

const curve: Decoder<PackedCurve> = object({
  d: list(integer(-2 * largestStep, 2 * largestStep), maxLinkedEpochs),
  x: optional(
    list(
      list((value, path) => (value === null ? null : number()(value, path)), 2),
      maxLinkedEpochs,
    ),
  ),
});

export const decodePackedReports: Decoder<PackedReports> = object({
  e: integer(1, journalLimits.epochs - maxLinkedEpochs),
  tl: curve,
  ta: curve,
  vl: curve,
  va: curve,
  m: optional(curve),
  lr: curve,
  ips: curve,
  ms: curve,
});
