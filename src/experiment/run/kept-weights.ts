import type { ExperimentConfig } from "../../core/config/types.ts";
import { AppError } from "../../core/errors.ts";
import type { CheckpointRef, JournalEvent } from "../../core/journal/events.ts";
import { optimizeModeOf } from "../../core/journal/index.ts";
import type { ExperimentState, TrialState } from "../../core/journal/state.ts";
import type { OptimizeMode } from "../../core/tuners/contract/tuner.ts";
import { findTuner } from "../../core/tuners/index.ts";
import { checkpointsToKeep, finalWeights, isOpen } from "./planning.ts";
import { word } from "../../core/words/index.ts";

/** Which weights are worth keeping. */
export interface WeightsRule {
  readonly optimizeMode: OptimizeMode;
  /** Bytes of finished trials' weights to keep besides the best one's. */
  readonly checkpointBudgetBytes: number;
}

/** Paths of weights that are named by trials and not stored any more. A trial's last checkpoint stays in its state after its
 *  file has gone; here is known that it has, also after the page was closed.
 *  @param events the journal as far as it is known, @param state what it leads to */
export function goneWeights(
  state: ExperimentState,
  events: readonly JournalEvent[],
  rule: WeightsRule,
): ReadonlySet<string> {
  const gone = new Set<string>();
  const kept = pathsOf(keptBy(state, rule));
  for (const { checkpoint } of state.trials)
    if (checkpoint && !kept.has(checkpoint.path)) gone.add(checkpoint.path);
  for (const event of events)
    if (event.type === "note" && event.code === "weights-discarded")
      for (const trial of numbers(event.details["trials"])) {
        const path = state.trials[trial]?.checkpoint?.path;
        if (path !== undefined) gone.add(path);
      }
  return gone;
}

/** The weights a trial's last report was measured with; null when they could not be saved or are not kept any more. */
export function keptWeights(gone: ReadonlySet<string>, trial: TrialState): CheckpointRef | null {
  const weights = finalWeights(trial);
  return weights && !gone.has(weights.path) ? weights : null;
}

/** What the step from one state to the next made unneeded. */
export function unneededWeights(
  before: ExperimentState,
  after: ExperimentState,
  rule: WeightsRule,
): readonly CheckpointRef[] {
  const kept = pathsOf(keptBy(after, rule));
  return keptBy(before, rule).filter(({ path }) => !kept.has(path));
}

/** Out of space: the least worthy first, as much as `neededBytes` asks of what neither an open trial nor the best result
 *  needs. Older weights than a finished trial's result was measured with are needed by nobody. */
export function expendableWeights(
  state: ExperimentState,
  gone: ReadonlySet<string>,
  rule: WeightsRule,
  neededBytes: number,
): readonly CheckpointRef[] {
  const old = outdated(state);
  const essential = pathsOf(keptBy(state, { ...rule, checkpointBudgetBytes: 0 }));
  const expendable: CheckpointRef[] = [];
  let freedBytes = 0;
  for (const checkpoint of [...keptBy(state, rule)].reverse()) {
    const { path } = checkpoint;
    if (freedBytes >= neededBytes) break;
    if (gone.has(path) || (essential.has(path) && !old.has(path))) continue;
    expendable.push(checkpoint);
    freedBytes += checkpoint.sizeBytes;
  }
  return expendable;
}

const keptBy = (state: ExperimentState, rule: WeightsRule): readonly CheckpointRef[] =>
  checkpointsToKeep(state, rule.optimizeMode, rule.checkpointBudgetBytes);

const pathsOf = (checkpoints: readonly CheckpointRef[]): ReadonlySet<string> =>
  new Set(checkpoints.map(({ path }) => path));

/** Bytes of finished trials' weights to keep besides the best one's; tuners that continue trials need many. */
export function weightsBudgetBytes({ tuner }: ExperimentConfig): number {
  return (findTuner(tuner.name)?.multiFidelity ? 4096 : 512) * 1024 * 1024;
}

/** What another tab, the writer, keeps of a trial's weights, as far as its journal tells; like `keptWeights`. */
export function weightsKeptElsewhere(
  state: ExperimentState,
  trial: TrialState,
): CheckpointRef | null {
  const { config } = state.definition;
  const rule = {
    optimizeMode: optimizeModeOf(config),
    checkpointBudgetBytes: weightsBudgetBytes(config),
  };
  return keptWeights(goneWeights(state, state.log, rule), trial);
}

/** Older weights of the trial would be another network than the one whose result was reported. */
export const weightsGone = (trial: number): AppError =>
  new AppError("weights-gone", word("weights-not-kept", { trial }), { trial });

/** Checkpoints of finished trials that are not what their result was measured with. */
const outdated = ({ trials }: ExperimentState): ReadonlySet<string> =>
  new Set(
    trials.flatMap((trial) =>
      trial.checkpoint && !isOpen(trial) && !finalWeights(trial) ? [trial.checkpoint.path] : [],
    ),
  );

const numbers = (value: unknown): number[] =>
  Array.isArray(value) ? value.filter((one): one is number => typeof one === "number") : [];
