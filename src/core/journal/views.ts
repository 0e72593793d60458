import type { ExperimentConfig } from "../config/types.ts";
import type { OptimizeMode } from "../tuners/contract/tuner.ts";
import type { Trial, TrialStatus } from "../trial.ts";
import { isFinished } from "./events/kind.ts";
import type { ExperimentState, TrialState } from "./state.ts";

/** The direction of an experiment; absent means maximize. */
export function optimizeModeOf(config: ExperimentConfig): OptimizeMode {
  return config.tuner.classArgs["optimize_mode"] === "minimize" ? "minimize" : "maximize";
}

/** True if the metric `a` is better than `b`. */
export function isBetter(a: number, b: number, mode: OptimizeMode): boolean {
  return mode === "maximize" ? a > b : a < b;
}

/** True for a trial whose final metric counts: it succeeded, and with a finite number. */
export function isScored<T extends Trial>(trial: T): trial is T & { readonly final: number } {
  return trial.status === "SUCCEEDED" && Number.isFinite(trial.final);
}

/** The best succeeded trial, the earlier one of equals; null without one.
 *  An early-stopped, failed, cancelled or NaN trial never becomes best. */
export function bestTrial<T extends Trial>(trials: readonly T[], mode: OptimizeMode): T | null {
  let best: (T & { readonly final: number }) | null = null;
  for (const trial of trials)
    if (isScored(trial) && (best === null || isBetter(trial.final, best.final, mode))) best = trial;
  return best;
}

/** The last epoch a trial has behind it, those of the trial it continues included; 0 before the first.
 *  @param trials of its experiment */
export function epochReached(
  { reports, continueFrom }: TrialState,
  trials: readonly TrialState[],
): number {
  const last = reports.at(-1)?.epoch;
  if (last !== undefined || continueFrom === undefined) return last ?? 0;
  const parent = trials.find((trial) => trial.number === continueFrom);
  return parent?.reports.at(-1)?.epoch ?? 0;
}

const plain = new WeakMap<TrialState, Trial>();

/** What tuners and assessors get: all trials, oldest first, running ones included, with nothing but `Trial`'s fields.
 *  Trials that did not change since the last call are the same objects. */
export function historyOf(state: ExperimentState): Trial[] {
  return state.trials.map((trial) => {
    const known = plain.get(trial);
    if (known !== undefined) return known;
    const { number, parameters, status, intermediates, final, epochs } = trial;
    const { budget, continueFrom, tunerState, custom } = trial;
    const firstEpoch = continueFrom === undefined ? undefined : trial.reports[0]?.epoch;
    const made: Trial = {
      number,
      parameters,
      status,
      intermediates,
      ...(firstEpoch === undefined ? {} : { firstEpoch }),
      final: final ?? null,
      epochs,
      ...(budget === undefined ? {} : { budget }),
      ...(continueFrom === undefined ? {} : { continueFrom }),
      ...(tunerState === undefined ? {} : { tunerState }),
      ...(custom === undefined ? {} : { custom }),
    };
    plain.set(trial, made);
    return made;
  });
}

/** Trials by status, and sums of them. */
export interface TrialCounts extends Readonly<Record<TrialStatus, number>> {
  readonly total: number;
  readonly finished: number;
  /** What `maxTrialNumber` limits: trials of the tuner and the user; imported and prolonged ones do not count. */
  readonly submitted: number;
}

/** Trials by status. */
export function countTrials(state: ExperimentState): TrialCounts {
  const counts: Record<TrialStatus, number> = {
    WAITING: 0,
    RUNNING: 0,
    SUCCEEDED: 0,
    FAILED: 0,
    EARLY_STOPPED: 0,
    USER_CANCELED: 0,
  };
  let submitted = 0;
  for (const trial of state.trials) {
    counts[trial.status]++;
    if (trial.origin === "tuner" || trial.origin === "user") submitted++;
  }
  const total = state.trials.length;
  return { ...counts, total, finished: total - counts.WAITING - counts.RUNNING, submitted };
}

/** Trials there are and may still come: those that no limit counts, imported and prolonged ones, included. */
export function expectedTrials(state: ExperimentState): number {
  const { total, submitted } = countTrials(state);
  return total + Math.max(0, state.maxTrialNumber - submitted);
}

/** A finished trial and the best one up to it. */
export interface BestSoFarPoint {
  readonly trial: number;
  readonly at: number;
  readonly final: number;
  readonly best: number;
  /** True where the line steps. */
  readonly improved: boolean;
}

/** Final metrics of the scored trials in the order they ended, with the best up to each. */
export function bestSoFar(state: ExperimentState): BestSoFarPoint[] {
  const mode = optimizeModeOf(state.definition.config);
  const ended = state.trials.filter(isScored).sort((a, b) => endOf(a) - endOf(b));
  let best: number | null = null;
  return ended.map((trial) => {
    const improved = best === null || isBetter(trial.final, best, mode);
    if (best === null || improved) best = trial.final;
    return { trial: trial.number, at: endOf(trial), final: trial.final, best, improved };
  });
}

const endOf = (trial: TrialState): number => trial.endedAt ?? trial.addedAt;

/** One trial's values by epoch. */
export interface LearningCurve {
  readonly trial: number;
  readonly status: TrialStatus;
  /** [epoch, value], ascending. */
  readonly points: readonly (readonly [number, number])[];
}

/** Curves of one reported quantity, trials without a report left out. */
export function learningCurves(
  state: ExperimentState,
  quantity: "metric" | "trainLoss" | "trainAccuracy" | "validationLoss" | "validationAccuracy",
): LearningCurve[] {
  return state.trials
    .filter((trial) => trial.reports.length > 0)
    .map((trial) => ({
      trial: trial.number,
      status: trial.status,
      points: trial.reports.map((report) => [report.epoch, report[quantity]] as const),
    }));
}

/** Milliseconds spent running, the open stretch up to `now` included. */
export function elapsedMs(state: ExperimentState, now: number): number {
  const open = state.runningSince === null ? 0 : Math.max(0, now - state.runningSince);
  return state.elapsedMs + open;
}

/** Milliseconds until the trial limit is reached, from the pace of this experiment's own epochs; null while nothing
 *  has been measured. An upper bound: it assumes that no further trial is stopped early.
 *  @param slots trials that really run at once
 *  @param livePace milliseconds per epoch as the running trials go, used until the first epoch has ended */
export function remainingMs(
  state: ExperimentState,
  now: number,
  slots: number,
  livePace: number | null = null,
): number | null {
  const own = state.trials.filter((trial) => trial.origin !== "imported");
  let epochs = 0;
  let spent = 0;
  for (const trial of own) {
    epochs += trial.reports.length;
    for (const report of trial.reports) spent += report.durationMs;
  }
  const perEpoch = epochs === 0 ? livePace : spent / epochs;
  if (perEpoch === null) return null;
  const finished = own.filter((trial) => isFinished(trial.status) && trial.reports.length > 0);
  const perTrial =
    finished.length > 0
      ? finished.reduce((sum, trial) => sum + trial.durationMs, 0) / finished.length
      : perEpoch * (own[0]?.epochs ?? 0);
  const open = own
    .filter((trial) => !isFinished(trial.status))
    .reduce(
      (sum, trial) =>
        sum + Math.max(0, trial.epochs - epochReached(trial, state.trials)) * perEpoch,
      0,
    );
  const unborn = Math.max(0, state.maxTrialNumber - countTrials(state).submitted);
  const toLimits = (open + unborn * perTrial) / Math.max(1, slots);
  // The time limit stops creating trials; those running then still finish.
  if (state.maxDurationMs === null) return toLimits;
  const toDeadline = Math.max(0, state.maxDurationMs - elapsedMs(state, now)) + perTrial;
  return Math.min(toLimits, toDeadline);
}
