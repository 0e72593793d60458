import type { Trial } from "../../trial.ts";
import type { OptimizeMode } from "../contract/tuner.ts";

/** A trial with something to learn from. `loss` is always to be minimised: the negative metric under maximize. */
export interface Observation {
  readonly trial: Trial;
  readonly loss: number;
}

/** Succeeded trials with a finite final metric, oldest first. */
export function succeededTrials(history: readonly Trial[], mode: OptimizeMode): Observation[] {
  const observations: Observation[] = [];
  for (const trial of history) {
    if (trial.status !== "SUCCEEDED") continue;
    const loss = toLoss(trial.final, mode);
    if (loss !== null) observations.push({ trial, loss });
  }
  return observations;
}

/** Early-stopped trials with a last finite report as their loss, oldest first. */
export function earlyStoppedTrials(history: readonly Trial[], mode: OptimizeMode): Observation[] {
  const observations: Observation[] = [];
  for (const trial of history) {
    if (trial.status !== "EARLY_STOPPED") continue;
    const loss = toLoss(trial.intermediates.at(-1), mode);
    if (loss !== null) observations.push({ trial, loss });
  }
  return observations;
}

/** Trials that have no outcome yet. */
export function pendingTrials(history: readonly Trial[]): Trial[] {
  return history.filter((trial) => trial.status === "WAITING" || trial.status === "RUNNING");
}

/** A metric as a loss, null when it is no finite number. */
export function toLoss(metric: number | null | undefined, mode: OptimizeMode): number | null {
  if (metric === null || metric === undefined || !Number.isFinite(metric)) return null;
  return mode === "maximize" ? -metric : metric;
}

/** The metric a loss stands for. */
export function fromLoss(loss: number, mode: OptimizeMode): number {
  return mode === "maximize" ? -loss : loss;
}
