import { toErrorRecord } from "../core/errors.ts";
import type { EventBody, ExperimentDefinition } from "../core/journal/events.ts";
import type { TrialState } from "../core/journal/state.ts";
import { backOffMs, maxStalledAttempts } from "./attempts.ts";
import type { Clock, Progress, RunnerPool, TestResult, TrialRunner } from "./ports.ts";

export interface WinnerTestOptions {
  readonly pool: RunnerPool;
  readonly clock: Clock;
  readonly definition: ExperimentDefinition;
  /** The best trial if it still has to be tested. */
  winner(): TrialState | null;
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
    if (!trial?.checkpoint || options.isClosed()) return;
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
          checkpoint: trial.checkpoint,
        },
        (progress) => options.progress(trial.number, progress),
      );
      options.giveRunner(runner);
    } catch (error) {
      runner?.dispose();
      options.progress(trial.number, null);
      const record = toErrorRecord(error);
      const waiting = record.code === "gpu-unavailable";
      if (!waiting && ++failures >= maxStalledAttempts) {
        options.untestable(trial.number);
        const details = { trial: trial.number, code: record.code, message: record.message };
        await options.commit({ type: "note", code: "test-failed", details });
        return;
      }
      const delay = backOffMs(waiting ? waits++ : failures - 1);
      await new Promise<void>((resolve) => options.clock.after(delay, resolve));
      continue;
    }
    options.progress(trial.number, null);
    return options.commit({
      type: "test-finished",
      trial: trial.number,
      testAccuracy: result.accuracy,
      testLoss: result.loss,
      testImages: result.images,
    });
  }
}
