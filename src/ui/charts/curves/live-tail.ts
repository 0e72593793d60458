import { epochReached } from "../../../core/journal/index.ts";
import type { TrialState } from "../../../core/journal/state.ts";
import type { ExperimentView } from "../../features/experiment/experiment.svelte.ts";
import type { CurveMetric, CurvePoint } from "../../views/curves.ts";

/** A trial's training values inside the epoch that is running, for a curve that has such values; else none. */
export function liveTail(
  view: ExperimentView,
  trial: TrialState,
  metric: CurveMetric,
): readonly CurvePoint[] {
  // What the history holds changes with what is live.
  void view.live;
  const key = metric.endsWith("Loss")
    ? "trainLoss"
    : metric.endsWith("Accuracy")
      ? "trainAccuracy"
      : null;
  if (key === null) return [];
  const from = epochReached(trial, view.state.trials);
  return view.history
    .of(trial.number)
    .flatMap(({ at, [key]: value }) => (at > from && value !== null ? [{ epoch: at, value }] : []));
}
