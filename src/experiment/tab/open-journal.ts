import { AppError, toErrorRecord } from "../../core/errors.ts";
import { checkJournal, reduceJournal, type JournalEvent } from "../../core/journal/index.ts";
import { datasetOf } from "../../data/sets/registry.ts";
import type { ExperimentStore } from "../../storage/experiments/experiment-store.ts";
import { word } from "../../core/words/index.ts";

/** Reads and checks a journal; a damaged one is repaired, if this tab is its writer, and read again.
 *  @throws AppError "experiment-unknown", "journal-invalid", "dataset-unknown" */
export async function openJournal(
  env: { readonly store: ExperimentStore; repair(id: string): Promise<void> },
  id: string,
  isWriter: boolean,
): Promise<JournalEvent[]> {
  try {
    const events = await readJournal(env.store, id);
    const { config } = reduceJournal(events).definition;
    datasetOf(config.training.dataset);
    return events;
  } catch (error) {
    const { code } = toErrorRecord(error);
    const mayMend = code === "journal-invalid" || code === "experiment-unknown";
    if (!isWriter || !mayMend) throw error;
    await env.repair(id);
    return readJournal(env.store, id);
  }
}

async function readJournal(store: ExperimentStore, id: string): Promise<JournalEvent[]> {
  const events = checkJournal(await store.read(id));
  if (events.length === 0)
    throw new AppError("experiment-unknown", word("no-such-experiment", { experiment: id }), {
      experiment: id,
    });
  return events;
}
