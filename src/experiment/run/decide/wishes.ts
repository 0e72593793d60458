import type { Wish } from "../inputs.ts";
import { keptWeights, weightsGone } from "../kept-weights.ts";
import { goesOnWith, isOpen } from "../planning.ts";
import { cancellation, lostWithPage } from "../trial-end.ts";
import { addTrial } from "./filling.ts";
import { abandon, abandonAll, activeSlot, suspendAll } from "./slots.ts";
import type { Turn } from "./turn.ts";
import { startTest } from "./winner-test.ts";

/** What the user wants, or the page for the user.
 *  @throws RangeError for a trial that there is not, AppError "weights-gone" */
export function onWish(turn: Turn, wish: Wish): void {
  switch (wish.kind) {
    case "run":
      return run(turn, wish);
    case "pause":
      if (turn.journal.status !== "running") return;
      turn.emit({ type: "status-changed", status: "paused", reason: "user" });
      return suspendAll(turn);
    case "stop":
      return stop(turn);
    case "kill": {
      const trial = turn.trial(wish.trial);
      if (!isOpen(trial)) return;
      turn.emit(cancellation(trial));
      return abandon(turn, wish.trial);
    }
    case "add":
      turn.reply = addTrial(turn, {
        parameters: wish.parameters,
        origin: "user",
        provenance: { source: "user" },
        epochs: turn.rules.training.epochsOf(wish.parameters),
      });
      return;
    case "longer":
      return trainLonger(turn, wish);
    case "limits": {
      const goesOn = goesOnWith(wish.limits, turn.journal, turn.at);
      turn.emit({ type: "limits-changed", ...wish.limits });
      if (goesOn) turn.emit({ type: "status-changed", status: "running", reason: "limits-raised" });
      return;
    }
    case "remark":
      return turn.emit(wish.body);
    case "test-best":
      // Tries again what has failed.
      turn.change({ untestable: new Set() });
      return startTest(turn);
    case "status": {
      const { status, reason, error } = wish;
      return turn.emit({ type: "status-changed", status, reason, ...(error ? { error } : {}) });
    }
    case "note":
      return turn.emit({ type: "note", code: wish.code, details: wish.details });
    case "close":
      return close(turn);
    default:
      return wish satisfies never;
  }
}

function run(turn: Turn, { reason, died }: Extract<Wish, { kind: "run" }>): void {
  turn.change({ problem: null });
  const lost = died
    ? turn.journal.trials.filter(
        ({ status, number }) => status === "RUNNING" && !activeSlot(turn, number),
      )
    : [];
  turn.emit(...lost.map(lostWithPage), { type: "status-changed", status: "running", reason });
}

/** Ends the experiment: open trials are cancelled, the best one is tested. */
function stop(turn: Turn): void {
  if (turn.journal.status !== "done") {
    const cancelled = turn.journal.trials.filter(isOpen).map(cancellation);
    turn.emit(...cancelled, { type: "status-changed", status: "done", reason: "user" });
    abandonAll(turn);
  }
  startTest(turn);
}

/** A new trial that continues a finished one's weights for more epochs. */
function trainLonger(turn: Turn, wish: Extract<Wish, { kind: "longer" }>): void {
  const parent = turn.trial(wish.trial);
  const weights = keptWeights(turn.state.gone, parent);
  if (!weights) throw weightsGone(parent.number);
  turn.reply = addTrial(turn, {
    parameters: parent.parameters,
    origin: "longer",
    provenance: { source: "user" },
    epochs: weights.epoch + wish.extraEpochs,
    continueFrom: parent.number,
  });
}

/** Saves checkpoints and stops without a word in the journal: opened again, the experiment goes on. */
function close(turn: Turn): void {
  const { test } = turn.state;
  turn.change({ closed: true, test: null });
  if (test) turn.order({ kind: "dispose", id: test.id });
  suspendAll(turn);
}
