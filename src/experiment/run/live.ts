import type { LiveTrial } from "../api.ts";
import type { Progress } from "./ports.ts";
import type { RunState, Slot } from "./state.ts";

/** What each trial that is under way does just now, its winner's test included.
 *  @param progress as last reported, by the id of the attempt or the test */
export function liveTrials(
  { journal, slots, test }: RunState,
  progress: ReadonlyMap<number, Progress>,
): ReadonlyMap<number, LiveTrial> {
  const live = new Map<number, LiveTrial>();
  for (const slot of slots) {
    if (slot.fate === "abandoned") continue;
    const { trial } = slot;
    const now = progress.get(slot.id) ?? beforeTraining(slot, journal.trials[trial]?.epochs ?? 0);
    live.set(trial, { trial, ...now });
  }
  const tested = test && progress.get(test.id);
  if (test && tested) live.set(test.trial, { trial: test.trial, ...tested });
  return live;
}

function beforeTraining({ refusals, phase }: Slot, epochs: number): Progress {
  return {
    phase: refusals > 0 && phase !== "training" ? "waiting-for-gpu" : "starting",
    epoch: 0,
    epochs,
    step: 0,
    steps: 0,
    imagesPerSecond: 0,
    trainLoss: null,
    trainAccuracy: null,
  };
}
