import { findAssessor } from "../../../core/assessors/index.ts";
import { historyOf, type TrialState } from "../../../core/journal/index.ts";
import type { AssessQuestion, Evidence } from "../../../experiment/api.ts";
import type { CurveMetric } from "../../views/curves.ts";
import type { ExperimentView } from "./experiment.svelte.ts";

/** What an analysis of the experiment on screen learns from; null where the search space cannot be read. */
export function evidenceOf(view: ExperimentView, includeStopped = false): Evidence | null {
  if (!view.space) return null;
  const { seed } = view.state.definition;
  return {
    space: view.space,
    trials: historyOf(view.state),
    options: { mode: view.mode, includeStopped },
    stream: [seed, "analysis"],
  };
}

/** Equal as long as an analysis would learn nothing new. */
export function evidenceKey(view: ExperimentView, ...question: readonly unknown[]): string {
  return JSON.stringify([view.counts.finished, ...question]);
}

/** True where the experiment's assessor forecasts curves and `metric` is what it sees. */
export function forecasts(view: ExperimentView, metric: CurveMetric): boolean {
  const { assessor } = view.state.definition.config;
  const name = assessor && findAssessor(assessor.name)?.name;
  return name === "Forecast" && metric === "validationAccuracy" && !tunesOnTest(view);
}

/** The reports' metric then is test accuracy, and the curve shows something else. */
function tunesOnTest(view: ExperimentView): boolean {
  return view.state.definition.config.training.metric === "test" && !view.measuresTest;
}

/** What the assessor has to say of a trial now or, once it has ended, said then: from the trials that had finished. */
export function forecastQuestion(view: ExperimentView, trial: TrialState): AssessQuestion | null {
  const { config, seed } = view.state.definition;
  const { endedAt, number } = trial;
  const history = historyOf(view.state);
  const own = history[number];
  if (!config.assessor || !own) return null;
  const known = history.filter((_, i) => {
    const other = view.state.trials[i]!;
    return endedAt === null || i === number || (other.endedAt ?? Infinity) < endedAt;
  });
  const stream = [seed, number, "assess", trial.reports.length];
  return { assessor: config.assessor, trial: own, history: known, stream };
}
