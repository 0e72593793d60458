import type { TrialState } from "../../core/journal/state.ts";
import type { TrialStatus } from "../../core/trial.ts";

export const statusOrder: readonly TrialStatus[] = [
  "RUNNING",
  "WAITING",
  "SUCCEEDED",
  "EARLY_STOPPED",
  "FAILED",
  "USER_CANCELED",
];

/** A mark beside every status word, so that colour is never alone. */
export const statusMark: Readonly<Record<TrialStatus, string>> = {
  RUNNING: "●",
  WAITING: "○",
  SUCCEEDED: "✓",
  EARLY_STOPPED: "⊣",
  FAILED: "✕",
  USER_CANCELED: "⊘",
};

/** Short description in a line: the most telling parameters first, at most `count`. */
export function headline(trial: TrialState, count = 3): readonly [name: string, value: unknown][] {
  const telling = ["optimizer", "lr", "batch_size", "model", "width"];
  const entries = Object.entries(trial.parameters);
  const rank = (name: string): number => {
    const index = telling.indexOf(name);
    return index < 0 ? telling.length : index;
  };
  return entries.sort(([a], [b]) => rank(a) - rank(b)).slice(0, count);
}
