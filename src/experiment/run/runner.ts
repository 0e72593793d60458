import { AppError, toErrorRecord } from "../../core/errors.ts";
import type { EpochReport } from "../../core/journal/events.ts";
import { isQuestion, type Command, type Question, type Task } from "./commands.ts";
import type { Answer, InputBody, Reply } from "./inputs.ts";
import type {
  Algorithms,
  CheckpointDiscarder,
  Clock,
  Progress,
  RunnerPool,
  TrialListener,
  TrialRunner,
} from "./ports.ts";
import { word } from "../../core/words/index.ts";

export interface CommandRunnerOptions {
  readonly algorithms: Algorithms;
  readonly pool: RunnerPool;
  readonly clock: Clock;
  readonly discard: CheckpointDiscarder;
}

/** Where the results of commands go. */
export interface ResultSink {
  /** An input of the experiment. Resolves with the reply when all that follows from it is stored. */
  input(body: InputBody): Promise<Reply | undefined>;
  /** An input that nobody waits for. */
  report(body: InputBody): void;
  /** What an attempt or a test does just now, which is no event. */
  progress(id: number, progress: Progress): void;
}

/** Carries out commands: owns the workers and the timers, and decides nothing. A worker whose call was rejected is disposed of;
 *  the others are kept for the next, because a new one costs a device and its compiled kernels. */
export class CommandRunner {
  readonly #o: CommandRunnerOptions;
  readonly #sink: ResultSink;
  /** By the id of the attempt or the test that has them. */
  readonly #runners = new Map<number, TrialRunner>();
  readonly #idle: TrialRunner[] = [];
  /** What ends a wait or a time limit, by the same id. */
  readonly #timers = new Map<number, () => void>();

  constructor(options: CommandRunnerOptions, sink: ResultSink) {
    this.#o = options;
    this.#sink = sink;
  }

  /** Never rejects. @returns what a question was answered; null for a task, which reports later */
  async carryOut(command: Command): Promise<Answer | null> {
    if (isQuestion(command)) return this.#answer(command);
    this.#begin(command);
    return null;
  }

  async #answer(question: Question): Promise<Answer> {
    const { algorithms, discard } = this.#o;
    switch (question.kind) {
      case "ask-tuner":
        try {
          const answer = await algorithms.suggest(question.history, question.stream);
          return { kind: "suggested", answer };
        } catch (error) {
          return { kind: "suggested", answer: { kind: "failed", error: toErrorRecord(error) } };
        }
      case "assess": {
        const { id, trial, history, stream } = question;
        try {
          const assessment = await algorithms.assess(trial, history, stream);
          return { kind: "assessed", id, answer: { kind: "assessment", assessment } };
        } catch (error) {
          return { kind: "assessed", id, answer: { kind: "failed", error: toErrorRecord(error) } };
        }
      }
      case "make-room":
        await discard(question.checkpoints);
        return { kind: "room-made" };
      default:
        return question satisfies never;
    }
  }

  #begin(task: Task): void {
    switch (task.kind) {
      case "wait": {
        const { id, delayMs } = task;
        return this.#time(id, delayMs, () => this.#sink.report({ kind: "waited", id }));
      }
      case "open-runner":
        return void this.#open(task);
      case "train":
        return void this.#train(task);
      case "test":
        return void this.#test(task);
      case "checkpoint":
        // A worker that cannot save now saves at the end of the epoch or has died, which its `train` call tells.
        this.#runners
          .get(task.id)
          ?.checkpoint()
          .catch(() => undefined);
        return;
      case "stop":
        return this.#stop(task);
      case "keep-runner":
        return this.#keep(task.id);
      case "dispose":
        return this.#dispose(task.id);
      case "release-idle":
        for (const runner of this.#idle.splice(0)) runner.dispose();
        return;
      case "discard":
        return void this.#o.discard(task.checkpoints);
      default:
        return task satisfies never;
    }
  }

  async #open({ id, precision }: Extract<Task, { kind: "open-runner" }>): Promise<void> {
    const { pool } = this.#o;
    try {
      this.#runners.set(id, this.#idle.pop() ?? (await pool.create()));
    } catch (error) {
      return this.#sink.report({ kind: "runner-failed", id, error: toErrorRecord(error) });
    }
    const computesWith = pool.precision(precision.setting, precision.before);
    this.#sink.report({ kind: "runner-ready", id, precision: computesWith });
  }

  async #train({ id, job }: Extract<Task, { kind: "train" }>): Promise<void> {
    try {
      const outcome = await this.#runner(id).train(job, this.#listener(id, job.trial));
      this.#keep(id);
      this.#sink.report({ kind: "attempt-ended", id, outcome });
    } catch (thrown) {
      this.#dispose(id);
      const error = toErrorRecord(thrown);
      this.#sink.report({ kind: "attempt-ended", id, outcome: { kind: "failed", error } });
    }
  }

  async #test({ id, job }: Extract<Task, { kind: "test" }>): Promise<void> {
    try {
      const result = await this.#runner(id).test(job, (progress) =>
        this.#sink.progress(id, progress),
      );
      this.#keep(id);
      this.#sink.report({ kind: "tested", id, result });
    } catch (error) {
      this.#dispose(id);
      this.#sink.report({ kind: "test-failed", id, error: toErrorRecord(error) });
    }
  }

  #stop({ id, withCheckpoint, timeoutMs }: Extract<Task, { kind: "stop" }>): void {
    const runner = this.#runners.get(id);
    if (!runner) return;
    this.#time(id, timeoutMs, () => runner.dispose());
    // A dead worker cannot be told to stop; its `train` call rejects on its own.
    runner.stop(withCheckpoint).catch(() => undefined);
  }

  #listener(id: number, trial: number): TrialListener {
    const { input, report, progress } = this.#sink;
    return {
      progress: (now) => progress(id, now),
      epochFinished: async (epoch, checkpoint) => {
        refuseDiverged(epoch);
        const reply = await input({ kind: "epoch", id, report: epoch, checkpoint });
        return reply === "continue" ? "continue" : "stop";
      },
      checkpointSaved: async (checkpoint) =>
        void (await input({ kind: "checkpoint", id, checkpoint })),
      makeRoom: async (sizeBytes) => (await input({ kind: "room-wanted", id, sizeBytes })) === true,
      note: (code, details) => report({ kind: "trial-note", id, trial, code, details }),
    };
  }

  #runner(id: number): TrialRunner {
    const runner = this.#runners.get(id);
    if (!runner) throw new AppError("worker-died", word("worker-gone"));
    return runner;
  }

  #keep(id: number): void {
    this.#cancel(id);
    const runner = this.#runners.get(id);
    this.#runners.delete(id);
    if (runner) this.#idle.push(runner);
  }

  #dispose(id: number): void {
    this.#cancel(id);
    this.#runners.get(id)?.dispose();
    this.#runners.delete(id);
  }

  #time(id: number, delayMs: number, act: () => void): void {
    this.#cancel(id);
    this.#timers.set(id, this.#o.clock.after(delayMs, act));
  }

  #cancel(id: number): void {
    this.#timers.get(id)?.();
    this.#timers.delete(id);
  }
}

/** The error ends the worker's `train` call, and with it the attempt. */
function refuseDiverged({ epoch, metric, trainLoss, validationLoss }: EpochReport): void {
  if ([metric, trainLoss, validationLoss].every(Number.isFinite)) return;
  throw new AppError("diverged", word("loss-lost", { epoch }), { epoch });
}
