import { toErrorRecord, type ErrorRecord } from "../../core/errors.ts";
import type {
  CheckpointRef,
  EventBody,
  ExperimentDefinition,
  JournalEvent,
} from "../../core/journal/events.ts";
import type { TrialState } from "../../core/journal/state.ts";
import { backOffMs, maxStalledAttempts } from "./attempts.ts";
import { weightsGone } from "./kept-weights.ts";
import type { Clock, Progress, RunnerPool, TestResult, TrialRunner } from "./ports.ts";

export interface WinnerTestOptions {
  readonly pool: RunnerPool;
  readonly clock: Clock;
  readonly definition: ExperimentDefinition;
  /** The best trial if it still has to be tested. */
  winner(): TrialState | null;
  /** The weights its result was measured with; null when they are not kept. */
  weights(trial: TrialState): CheckpointRef | null;
  /** The test failed for good; `winner` leaves the trial out from now on. */
  untestable(trial: number): void;
  commit(...bodies: readonly EventBody[]): Promise<void>;
  takeRunner(): TrialRunner | null;
  giveRunner(runner: TrialRunner): void;
  progress(trial: number, progress: Progress | null): void;
  isClosed(): boolean;
}

/** Evaluates the winner once on the untouched test images. A device that is lost on the way is replaced a few times;
 *  what remains is noted, and the experiment ends without a test result. */
export async function testWinner(options: WinnerTestOptions): Promise<void> {
  let failures = 0;
  let waits = 0;
  for (;;) {
    const trial = options.winner();
    if (!trial || options.isClosed()) return;
    const checkpoint = options.weights(trial);
    if (!checkpoint) return giveUp(options, trial, weightsGone(trial.number));
    let runner: TrialRunner | null = null;
    let result: TestResult;
    try {
      runner = options.takeRunner() ?? (await options.pool.create());
      result = await runner.test(
        {
          trial: trial.number,
          seed: options.definition.seed,
          settings: options.definition.config.training,
          parameters: trial.parameters,
          // With what its metrics were measured with, where this device can.
          precision: options.pool.precision("f32", trial.precision),
          checkpoint,
        },
        (progress) => options.progress(trial.number, progress),
      );
      options.giveRunner(runner);
    } catch (error) {
      runner?.dispose();
      options.progress(trial.number, null);
      const record = toErrorRecord(error);
      const waiting = record.code === "gpu-unavailable";
      if (!waiting && ++failures >= maxStalledAttempts) return giveUp(options, trial, record);
      const delay = backOffMs(waiting ? waits++ : failures - 1);
      await new Promise<void>((resolve) => options.clock.after(delay, resolve));
      continue;
    }
    options.progress(trial.number, null);
    const tested: EventBody = {
      type: "test-finished",
      trial: trial.number,
      testAccuracy: result.accuracy,
      testLoss: result.loss,
      testImages: result.images,
    };
    return options.commit(tested, ...otherEpoch(trial));
  }
}

/** Trials whose test was given up in this journal. */
export function failedTests(events: readonly JournalEvent[]): Set<number> {
  return new Set(
    events.flatMap((event) =>
      event.type === "note" && event.code === "test-failed" ? [Number(event.details["trial"])] : [],
    ),
  );
}

/** Where a trial counts with its best epoch, only its last epoch's weights are there to be tested: that is noted. */
function otherEpoch({ number, final, reports }: TrialState): EventBody[] {
  const last = reports.at(-1);
  if (!last || last.metric === final) return [];
  const details = { trial: number, epoch: last.epoch, metric: last.metric };
  return [{ type: "note", code: "tested-last-epoch", details }];
}

async function giveUp(
  options: WinnerTestOptions,
  { number }: TrialState,
  { code, message }: ErrorRecord,
): Promise<void> {
  options.untestable(number);
  const details = { trial: number, code, message };
  await options.commit({ type: "note", code: "test-failed", details });
}
