import type { JournalEvent } from "./events/table.ts";
import type { FoldedState } from "./folded.ts";

export type { TrialState } from "./folded.ts";

/** A fold of the journal. Immutable: every event makes a new one that shares what did not change. */
export interface ExperimentState extends FoldedState {
  /** Newest last; the page's log is drawn from it. */
  readonly log: readonly JournalEvent[];
}
