import type { StreamName } from "../../../workers/analysis/api.ts";
import type { Precision, PrecisionSetting } from "../../core/config/types.ts";
import type { CheckpointRef } from "../../core/journal/events.ts";
import type { Trial } from "../../core/trial.ts";
import type { TestJob, TrialJob } from "./ports.ts";

/** What is to be done after a decision's events are stored. `id` names an attempt or a winner's test. */
export type Command = Task | Question;

/** Takes its time; what comes of it is reported later. */
export type Task =
  | { readonly kind: "wait"; readonly id: number; readonly delayMs: number }
  /** A worker, idle or new, and what it would compute with. */
  | {
      readonly kind: "open-runner";
      readonly id: number;
      readonly precision: {
        readonly setting: PrecisionSetting | undefined;
        readonly before: Precision | null;
      };
    }
  | { readonly kind: "train"; readonly id: number; readonly job: TrialJob }
  | { readonly kind: "test"; readonly id: number; readonly job: TestJob }
  /** Saves a checkpoint and goes on. */
  | { readonly kind: "checkpoint"; readonly id: number }
  /** A worker that has not stopped when the time is up is terminated. */
  | {
      readonly kind: "stop";
      readonly id: number;
      readonly withCheckpoint: boolean;
      readonly timeoutMs: number;
    }
  /** The worker that was opened is not needed: somebody else may have it. */
  | { readonly kind: "keep-runner"; readonly id: number }
  /** Ends whatever there is, a worker or a wait, at once. */
  | { readonly kind: "dispose"; readonly id: number }
  /** Nothing runs: idle workers give their GPU memory back. */
  | { readonly kind: "release-idle" }
  | { readonly kind: "discard"; readonly checkpoints: readonly CheckpointRef[] };

/** Answered before anything else is decided. */
export type Question =
  | {
      readonly kind: "ask-tuner";
      readonly history: readonly Trial[];
      readonly stream: StreamName;
    }
  | {
      readonly kind: "assess";
      readonly id: number;
      readonly trial: Trial;
      readonly history: readonly Trial[];
      readonly stream: StreamName;
    }
  /** Discards before anything new is written. */
  | { readonly kind: "make-room"; readonly checkpoints: readonly CheckpointRef[] };

/** True for a command whose answer is the next input. */
export function isQuestion(command: Command): command is Question {
  return command.kind === "ask-tuner" || command.kind === "assess" || command.kind === "make-room";
}
