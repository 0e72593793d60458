import type { ExperimentConfig } from "../../core/config/types.ts";
import { AppError, type ErrorRecord } from "../../core/errors.ts";
import type { EventBody } from "../../core/journal/events.ts";
import { optimizeModeOf } from "../../core/journal/index.ts";
import type { TrialState } from "../../core/journal/state.ts";
import { word } from "../../core/words/index.ts";

type TrialEnded = Extract<EventBody, { type: "trial-ended" }>;

/** The event that ends a trial; its duration is the time its epochs took. */
export function ended(
  trial: TrialState,
  status: TrialEnded["status"],
  final: number | null,
  reason: string | null,
): TrialEnded {
  const durationMs = trial.reports.reduce((sum, report) => sum + report.durationMs, 0);
  return { type: "trial-ended", trial: trial.number, status, final, durationMs, reason };
}

/** A person's end to a trial. */
export function cancellation(trial: TrialState): TrialEnded {
  return ended(trial, "USER_CANCELED", null, null);
}

/** An attempt that was under way when the whole page died; perhaps it was the cause. */
export function lostWithPage({ number: trial, attempt }: TrialState): EventBody {
  const error = new AppError("worker-died", word("page-died", { attempt }));
  return { type: "attempt-failed", trial, attempt, error: error.toRecord() };
}

/** A trial given up: with its own error, or with what can be said when the whole page went each time. */
export function failed(trial: TrialState, error: ErrorRecord | null): TrialEnded {
  const cause =
    error ??
    new AppError("worker-died", word("no-attempt-got-further", { attempts: trial.attempt }), {
      attempts: trial.attempt,
    }).toRecord();
  return { ...ended(trial, "FAILED", null, cause.message), error: cause };
}

/** What a finished trial scored by the experiment's rule: its last epoch's metric or its best; null without an epoch. */
export function finalMetric(trial: TrialState, config: ExperimentConfig): number | null {
  const metrics = trial.reports.map((report) => report.metric);
  if (metrics.length === 0) return null;
  if (config.training.finalMetric === "last") return metrics.at(-1) ?? null;
  return optimizeModeOf(config) === "maximize" ? Math.max(...metrics) : Math.min(...metrics);
}
