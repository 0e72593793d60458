import type { ErrorRecord } from "../../../core/errors.ts";
import type { EventBody } from "../../../core/journal/events.ts";
import type { TrialState } from "../../../core/journal/state.ts";
import { backOffMs, maxStalledAttempts } from "../attempts.ts";
import type { Report } from "../inputs.ts";
import { keptWeights, weightsGone } from "../kept-weights.ts";
import { untestedWinner, type WinnerTest } from "../state.ts";
import type { Turn } from "./turn.ts";

/** Evaluates the winner once on the untouched test images, unless that has happened or is under way. A device that is lost on
 *  the way is replaced a few times; what remains is noted, and the experiment ends without a test result. */
export function startTest(turn: Turn): void {
  if (!turn.state.test) ask(turn, { failures: 0, refusals: 0 });
}

/** The pause before another try is over. */
export function onTestWaited(turn: Turn, test: WinnerTest): void {
  if (test.phase !== "waiting") return;
  turn.change({ test: null });
  ask(turn, test);
}

export function onTestReady(
  turn: Turn,
  test: WinnerTest,
  { precision }: Extract<Report, { kind: "runner-ready" }>,
): void {
  const { id } = test;
  const trial = turn.trial(test.trial);
  const checkpoint = keptWeights(turn.state.gone, trial);
  if (!checkpoint) {
    turn.order({ kind: "keep-runner", id });
    return giveUp(turn, trial, weightsGone(trial.number));
  }
  const { seed, config } = turn.journal.definition;
  turn.change({ test: { ...test, phase: "testing" } });
  turn.order({
    kind: "test",
    id,
    job: {
      trial: trial.number,
      seed,
      settings: config.training,
      parameters: trial.parameters,
      precision,
      checkpoint,
    },
  });
}

export function onTestFailed(turn: Turn, test: WinnerTest, error: ErrorRecord): void {
  const waits = error.code === "gpu-unavailable";
  const failures = test.failures + (waits ? 0 : 1);
  if (failures >= maxStalledAttempts) return giveUp(turn, turn.trial(test.trial), error);
  const delayMs = backOffMs(waits ? test.refusals : failures - 1);
  const again = { failures, refusals: test.refusals + (waits ? 1 : 0) };
  if (delayMs > 0) {
    turn.change({ test: { ...test, ...again, phase: "waiting" } });
    return turn.order({ kind: "wait", id: test.id, delayMs });
  }
  turn.change({ test: null });
  ask(turn, again);
}

export function onTested(
  turn: Turn,
  test: WinnerTest,
  { result }: Extract<Report, { kind: "tested" }>,
): void {
  const trial = turn.trial(test.trial);
  turn.change({ test: null });
  turn.emit(
    {
      type: "test-finished",
      trial: trial.number,
      testAccuracy: result.accuracy,
      testLoss: result.loss,
      testImages: result.images,
    },
    ...otherEpoch(trial),
  );
}

/** Asks for a worker for whichever trial is best now. */
function ask(turn: Turn, { failures, refusals }: Pick<WinnerTest, "failures" | "refusals">): void {
  const trial = untestedWinner(turn.state, turn.rules);
  if (!trial || turn.state.closed) return;
  if (!keptWeights(turn.state.gone, trial)) return giveUp(turn, trial, weightsGone(trial.number));
  const id = turn.newId();
  turn.change({ test: { id, trial: trial.number, phase: "opening", failures, refusals } });
  // With what its metrics were measured with, where this device can.
  const precision = { setting: "f32", before: trial.precision } as const;
  turn.order({ kind: "open-runner", id, precision });
}

function giveUp(
  turn: Turn,
  { number: trial }: TrialState,
  { code, message }: Pick<ErrorRecord, "code" | "message">,
): void {
  turn.change({ test: null, untestable: new Set([...turn.state.untestable, trial]) });
  turn.emit({ type: "note", code: "test-failed", details: { trial, code, message } });
}

/** Where a trial counts with its best epoch, only its last epoch's weights are there to be tested: that is noted. */
function otherEpoch({ number, final, reports }: TrialState): EventBody[] {
  const last = reports.at(-1);
  if (!last || last.metric === final) return [];
  const details = { trial: number, epoch: last.epoch, metric: last.metric };
  return [{ type: "note", code: "tested-last-epoch", details }];
}
