import type { ExperimentDefinition, JournalEvent } from "../../core/journal/events.ts";
import type { ExperimentStore } from "../../storage/experiments/experiment-store.ts";
import type { FileStore } from "../../storage/files/file-store.ts";
import type { CheckedExperiment } from "../draft/checked-experiment.ts";
import { createAlgorithms } from "./algorithms.ts";
import type { Analysis } from "../workers/analysis-service.ts";
import type { Announcer } from "../tab/announcements.ts";
import { weightsBudgetBytes } from "./kept-weights.ts";
import { Orchestrator } from "./orchestrator.ts";
import type { Clock, RunnerPool } from "./ports.ts";
import { summarize } from "../tab/summary.ts";

/** What an orchestrator works with in this tab. */
export interface OrchestratorEnvironment {
  readonly store: ExperimentStore;
  readonly files: FileStore;
  readonly announcer: Announcer;
  readonly clock: Clock;
  readonly pool: RunnerPool;
  readonly analysis: Analysis;
}

/** The orchestrator of a stored experiment, of which this tab is the writer.
 *  @param events its journal so far */
export function createOrchestrator(
  env: OrchestratorEnvironment,
  experiment: CheckedExperiment<ExperimentDefinition>,
  events: readonly JournalEvent[],
  onChange: () => void,
): Orchestrator {
  const { store, files, announcer, clock, pool, analysis } = env;
  const { id, config } = experiment.definition;
  return new Orchestrator({
    events,
    algorithms: createAlgorithms(experiment, experiment.space, analysis),
    training: experiment,
    journal: {
      append: async (added, durability, after) => {
        await store.append(id, added, { durability, summary: summarize(after) });
        announcer.say({ kind: "appended", id });
      },
    },
    pool,
    clock,
    discard: async (gone) => {
      try {
        await store.dropCheckpoints(gone.map(({ path }) => path));
        for (const { path } of gone) await files.remove(path);
      } catch {
        // What stays behind is found by the next garbage collection.
      }
    },
    checkpointBudgetBytes: weightsBudgetBytes(config),
    onChange,
  });
}
