import type { ExperimentConfig } from "../../core/config/types.ts";
import { AppError } from "../../core/errors.ts";
import type { CheckpointRef, JournalEvent } from "../../core/journal/events.ts";
import { optimizeModeOf } from "../../core/journal/index.ts";
import type { ExperimentState, TrialState } from "../../core/journal/state.ts";
import { findTuner } from "../../core/tuners/index.ts";
import { checkpointsToKeep, finalWeights, isOpen } from "./planning.ts";
import type { Algorithms, CheckpointDiscarder } from "./ports.ts";

export interface KeptWeightsOptions {
  /** The journal so far. */
  readonly events: readonly JournalEvent[];
  readonly algorithms: Pick<Algorithms, "optimizeMode">;
  /** Bytes of finished trials' weights to keep besides the best one's. */
  readonly checkpointBudgetBytes: number;
  readonly discard: CheckpointDiscarder;
}

/** Which weights of an experiment are still stored. A trial's last checkpoint stays in its state after its file has gone;
 *  here is known that it has, also after the page was closed. */
export class KeptWeights {
  readonly #o: KeptWeightsOptions;
  readonly #gone = new Set<string>();
  readonly #unannounced: number[] = [];

  /** @param state what the journal leads to */
  constructor(options: KeptWeightsOptions, state: ExperimentState) {
    this.#o = options;
    const kept = new Set(this.#kept(state).map(({ path }) => path));
    for (const { checkpoint } of state.trials)
      if (checkpoint && !kept.has(checkpoint.path)) this.#gone.add(checkpoint.path);
    for (const event of options.events)
      if (event.type === "note" && event.code === "weights-discarded")
        for (const trial of numbers(event.details["trials"])) {
          const path = state.trials[trial]?.checkpoint?.path;
          if (path !== undefined) this.#gone.add(path);
        }
  }

  /** True while the weights at `path` have not been discarded. */
  has(path: string): boolean {
    return !this.#gone.has(path);
  }

  /** The weights a trial's last report was measured with; null when they could not be saved or are not kept any more. */
  of(trial: TrialState): CheckpointRef | null {
    const weights = finalWeights(trial);
    return weights && this.has(weights.path) ? weights : null;
  }

  /** Discards what the step from one state to the next made unneeded. */
  follow(before: ExperimentState, after: ExperimentState): void {
    const kept = new Set(this.#kept(after).map(({ path }) => path));
    const gone = this.#kept(before).filter(({ path }) => !kept.has(path));
    if (gone.length > 0) void this.#discard(gone);
  }

  /** Out of space: discards, the least worthy first, as much as `neededBytes` asks of what neither an open trial nor the
   *  best result needs. Older weights than a finished trial's result was measured with are needed by nobody. */
  async makeRoom(state: ExperimentState, neededBytes: number): Promise<void> {
    const essential = checkpointsToKeep(state, this.#o.algorithms.optimizeMode, 0)
      .map(({ path }) => path)
      .filter((path) => !outdated(state).has(path));
    const gone: CheckpointRef[] = [];
    let freedBytes = 0;
    for (const checkpoint of [...this.#kept(state)].reverse()) {
      if (freedBytes >= neededBytes) break;
      if (!this.has(checkpoint.path) || essential.includes(checkpoint.path)) continue;
      gone.push(checkpoint);
      freedBytes += checkpoint.sizeBytes;
    }
    await this.#discard(gone);
    const paths = new Set(gone.map(({ path }) => path));
    for (const { number, checkpoint } of state.trials)
      if (checkpoint && paths.has(checkpoint.path)) this.#unannounced.push(number);
  }

  /** Trials whose weights had to go since the last call, for the note `weights-discarded`. */
  takeDiscarded(): number[] {
    return this.#unannounced.splice(0);
  }

  #kept(state: ExperimentState): readonly CheckpointRef[] {
    return checkpointsToKeep(state, this.#o.algorithms.optimizeMode, this.#o.checkpointBudgetBytes);
  }

  #discard(gone: readonly CheckpointRef[]): Promise<void> {
    for (const { path } of gone) this.#gone.add(path);
    return this.#o.discard(gone);
  }
}

/** Bytes of finished trials' weights to keep besides the best one's; tuners that continue trials need many. */
export function weightsBudgetBytes({ tuner }: ExperimentConfig): number {
  return (findTuner(tuner.name)?.multiFidelity ? 4096 : 512) * 1024 * 1024;
}

/** Which weights another tab, the writer, keeps, as far as its journal tells. */
export function weightsKeptElsewhere(state: ExperimentState): KeptWeights {
  const { config } = state.definition;
  const options = {
    events: state.log,
    algorithms: { optimizeMode: optimizeModeOf(config) },
    checkpointBudgetBytes: weightsBudgetBytes(config),
    discard: async () => undefined,
  };
  return new KeptWeights(options, state);
}

/** Older weights of the trial would be another network than the one whose result was reported. */
export const weightsGone = (trial: number): AppError =>
  new AppError(
    "weights-gone",
    `The weights that trial ${trial} ended with could not be saved or are not kept any more.`,
    { trial },
  );

/** Checkpoints of finished trials that are not what their result was measured with. */
const outdated = ({ trials }: ExperimentState): ReadonlySet<string> =>
  new Set(
    trials.flatMap((trial) =>
      trial.checkpoint && !isOpen(trial) && !finalWeights(trial) ? [trial.checkpoint.path] : [],
    ),
  );

const numbers = (value: unknown): number[] =>
  Array.isArray(value) ? value.filter((one): one is number => typeof one === "number") : [];
