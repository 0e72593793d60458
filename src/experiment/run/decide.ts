import type { ErrorRecord } from "../../core/errors.ts";
import { fill, onSuggested } from "./decide/filling.ts";
import { onAssessed, onReport } from "./decide/reports.ts";
import { announceDiscarded, makeRoom } from "./decide/room.ts";
import { Turn, type Decision } from "./decide/turn.ts";
import { onWish } from "./decide/wishes.ts";
import type { Input } from "./inputs.ts";
import type { RunState, Rules } from "./state.ts";

export type { Decision } from "./decide/turn.ts";

/** What an input means for an experiment: the events to store, and what to do once they are. Pure: the same state and input
 *  give the same decision, and nothing happens by it. Whoever carries it out
 *  - stores all events before anything else, or throws the decision away;
 *  - then goes on from `state` and carries out the commands in their order;
 *  - gives the answer to a question (`isQuestion`) as the very next input.
 *  @throws RangeError, AppError "weights-gone" when the user wants what cannot be
 *  @example
 *  decide(openedState(events, rules), { kind: "run", reason: "user", died: false, at: 0, maxSlots: 2 }, rules);
 *  // events: status-changed to running; commands: ask-tuner */
export function decide(state: RunState, input: Input, rules: Rules): Decision {
  const turn = new Turn(state, input, rules);
  if (input.kind === "out-of-space") makeRoom(turn, Infinity);
  else if (input.kind === "journal-failed") breakOff(turn, input.error);
  else {
    announceDiscarded(turn);
    take(turn, input);
    // A question's answer is another input, and that one's turn ends here, too.
    if (!turn.asks) fill(turn, !foundNothing(input));
    if (isAtRest(turn.state)) turn.order({ kind: "release-idle" });
  }
  return turn.decision;
}

type Ordinary = Exclude<Input, { kind: "out-of-space" | "journal-failed" }>;

function take(turn: Turn, input: Ordinary): void {
  switch (input.kind) {
    case "suggested":
      return onSuggested(turn, input);
    case "assessed":
      return onAssessed(turn, input);
    case "room-made":
      // What was discarded for it has just been announced.
      return;
    default:
      return "id" in input ? onReport(turn, input) : onWish(turn, input);
  }
}

const foundNothing = (input: Ordinary): boolean =>
  input.kind === "suggested" && input.answer.kind !== "trial";

/** Whatever ended the work – the last trial, a stop, an error –, idle workers are not needed. */
const isAtRest = ({ journal, slots, test, closed }: RunState): boolean =>
  slots.length === 0 && test === null && (closed || journal.status !== "running");

/** Without a journal nothing may go on: what it does could not be recorded. */
function breakOff(turn: Turn, error: ErrorRecord): void {
  const { slots, test } = turn.state;
  for (const { id } of test ? [...slots, test] : slots) turn.order({ kind: "dispose", id });
  turn.order({ kind: "release-idle" });
  turn.change({ problem: error, slots: [], test: null, runningSince: null });
}
