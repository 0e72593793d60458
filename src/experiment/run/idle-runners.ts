import type { TrialRunner } from "./ports.ts";

/** Workers that have nothing to do just now, kept because a new one costs a device and its compiled kernels. */
export class IdleRunners {
  readonly #runners: TrialRunner[] = [];

  take(): TrialRunner | null {
    return this.#runners.pop() ?? null;
  }

  give(runner: TrialRunner): void {
    this.#runners.push(runner);
  }

  /** Terminates them, which gives back their GPU memory. */
  release(): void {
    for (const runner of this.#runners.splice(0)) runner.dispose();
  }
}
