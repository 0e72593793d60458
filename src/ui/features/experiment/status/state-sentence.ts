import { countTrials } from "../../../../core/journal/index.ts";
import type { ErrorRecord } from "../../../../core/errors.ts";
import type { ExperimentStatus } from "../../../../core/journal/events.ts";
import type { ExperimentState, TrialState } from "../../../../core/journal/state.ts";
import type { LiveTrial } from "../../../../experiment/api.ts";
import type { Messages } from "../../../messages/en/index.ts";
import { startupProgress } from "./provenance.ts";

/** What the sentence is made from. */
export interface Situation {
  readonly state: ExperimentState;
  /** As the page shows it. */
  readonly status: ExperimentStatus;
  readonly problem: ErrorRecord | null;
  readonly live: ReadonlyMap<number, LiveTrial>;
  readonly running: readonly TrialState[];
  /** The winner, while it is tested. */
  readonly testing: TrialState | null;
  readonly best: TrialState | null;
  /** Somebody else's experiment, which never runs here. */
  readonly shared: object | null;
}

/** What is happening, in one sentence: the newest running trial and where the tuner stands, or why nothing runs. */
export function stateSentence(now: Situation, t: Messages): string {
  const { state, status } = now;
  if (now.problem) return t.errors[now.problem.code];
  if (now.testing) return t.sentence.join(t.sentence.phase.testing(now.testing.number), "");
  switch (status) {
    case "running":
      return runningSentence(now, t);
    case "done":
      return t.sentence.done(endReason(state), now.best?.number ?? null);
    case "idle":
      return state.trials.length > 0 ? t.sentence.again(state.trials.length) : t.sentence.idle;
    case "preparing":
      return t.sentence.preparing;
    case "paused":
      if (state.error) return t.errors[state.error.code];
      return now.shared ? t.sentence.sharedOpen : t.sentence.paused;
    case "failed":
      return state.error ? t.errors[state.error.code] : t.sentence.failed;
    default:
      return status satisfies never;
  }
}

/** Of the two limits, the time's is the one when trials are missing. */
function endReason(state: ExperimentState): string {
  const { statusReason, maxTrialNumber } = state;
  const missing = countTrials(state).submitted < maxTrialNumber;
  return statusReason === "limits-reached" && missing ? "time-limit" : statusReason;
}

function runningSentence({ state, running, live }: Situation, t: Messages): string {
  const newest = running.at(-1);
  const progress = newest && live.get(newest.number);
  const startup = startupProgress(state);
  const tail = startup
    ? t.sentence.startup(state.definition.config.tuner.name, startup.done, startup.needed)
    : "";
  if (!newest || !progress) return t.sentence.join(t.sentence.choosing, tail);
  const phase = t.sentence.phase[progress.phase];
  return t.sentence.join(phase(newest.number, progress.epoch, progress.epochs), tail);
}
