import type { TrainingSettings } from "../../core/config/types.ts";
import type { EpochReport } from "../../core/journal/events.ts";
import type { TrialState } from "../../core/journal/state.ts";
import type { Messages } from "../messages/en/index.ts";

/** What the learning curves can show by epoch. */
export const curveMetrics = [
  "validationAccuracy",
  "trainAccuracy",
  "validationLoss",
  "trainLoss",
  "learningRate",
  "imagesPerSecond",
] as const;
export type CurveMetric = (typeof curveMetrics)[number];

export const isFraction = (metric: CurveMetric): boolean => metric.endsWith("Accuracy");

export interface CurvePoint {
  readonly epoch: number;
  readonly value: number;
}

export function curveOf(trial: TrialState, metric: CurveMetric): readonly CurvePoint[] {
  return trial.reports
    .map((report) => ({ epoch: report.epoch, value: valueOf(report, metric) }))
    .filter((point) => Number.isFinite(point.value));
}

/** Names of what the curves show. Where there are no validation images, those numbers are of the test images and say so. */
export function metricNames(
  names: Messages["charts"]["metric"],
  training: TrainingSettings,
): Messages["charts"]["metric"] {
  if (!measuresTest(training)) return names;
  return { ...names, validationAccuracy: names.testMetric, validationLoss: names.testLoss };
}

/** True when what the reports call validation was measured on the test images. */
export const measuresTest = ({ metric, validationImages }: TrainingSettings): boolean =>
  metric === "test" && validationImages === 0;

/** Under NNI's habit the metric is test accuracy, and there may be no validation images at all. */
export function valueOf(report: EpochReport, metric: CurveMetric): number {
  if (metric === "validationAccuracy" && !Number.isFinite(report.validationAccuracy))
    return report.metric;
  return report[metric];
}

/** Extent over all curves, with a little air; accuracies never leave 0 to 1. */
export function valueExtent(values: readonly number[], fraction: boolean): [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  let [low, high] = [Math.min(...finite), Math.max(...finite)];
  // Equal accuracies, such as several first ones of 0, need room for marks that differ.
  const least = fraction && low === high ? 0.05 : 1e-9;
  const air = Math.max((high - low) * 0.08, Math.abs(high) * 0.02, least);
  [low, high] = [low - air, high + air];
  return fraction
    ? [Math.max(0, low), Math.min(1, high)]
    : [low >= 0 || low > -air * 2 ? Math.max(0, low) : low, high];
}

/** Moves labels apart vertically so that none overlap; keeps their order.
 *  @param wanted y positions in pixels; returns where to draw them */
export function spreadLabels(wanted: readonly number[], height: number, gap: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = [...wanted];
  let floor = -Infinity;
  for (const index of order) {
    placed[index] = Math.max(wanted[index]!, floor + gap);
    floor = placed[index]!;
  }
  let ceiling = height;
  for (const index of order.reverse()) {
    placed[index] = Math.min(placed[index]!, ceiling);
    ceiling = placed[index]! - gap;
  }
  return placed;
}
