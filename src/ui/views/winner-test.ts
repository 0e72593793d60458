import type { ExperimentState, TrialState } from "../../core/journal/state.ts";
import type { Messages } from "../messages/en.ts";

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
  return note.details["code"] === "checkpoint-corrupt" ? t.model.weightsGone : t.model.testFailed;
}
