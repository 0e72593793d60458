import type { ExperimentState, TrialState } from "../../../core/journal/state.ts";
import type { Messages } from "../../messages/en/index.ts";

/** Why the last test of a trial came to nothing, in the reader's language; null where none failed. */
export function testFailure(
  state: ExperimentState,
  { number }: TrialState,
  t: Messages,
): string | null {
  const note = state.log.findLast(
    (event) =>
      event.type === "note" && event.code === "test-failed" && event.details["trial"] === number,
  );
  if (note?.type !== "note") return null;
  const { code } = note.details;
  const lacksWeights = code === "weights-gone" || code === "checkpoint-corrupt";
  return lacksWeights ? t.model.weightsGone : t.model.testFailed;
}
