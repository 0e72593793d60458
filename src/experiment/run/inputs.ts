import type { Assessment } from "../../core/assessors/assessor.ts";
import type { Precision } from "../../core/config/types.ts";
import type { ErrorDetails, ErrorRecord } from "../../core/errors.ts";
import type {
  By,
  CheckpointRef,
  EpochReport,
  EventBody,
  ExperimentStatus,
  Remark,
} from "../../core/journal/events.ts";
import type { Parameters } from "../../core/search-space/types.ts";
import type { Suggestion } from "../../core/tuners/contract/tuner.ts";
import type { LimitsChange } from "../api.ts";
import type { TestResult, TrialOutcome } from "./ports.ts";

/** What an experiment is told, with what is true of the world at that moment. */
export type Input = InputBody & {
  /** ms since 1970 */
  readonly at: number;
  /** Trials at once that this device can take. */
  readonly maxSlots: number;
  /** On a clock that nobody sets; absent where there is none. */
  readonly elapsedMs?: number;
  /** Who computes here, where that is known. */
  readonly by?: By | null;
};

export type InputBody = Wish | Report | Answer | StorageTrouble;

/** What the user wants, or the page for the user. */
export type Wish =
  /** Starts, resumes after a pause, or goes on after the page was closed.
   *  `died`: the page did not close but died: the attempts that were under way then have failed. */
  | { readonly kind: "run"; readonly reason: string; readonly died: boolean }
  | { readonly kind: "pause" }
  | { readonly kind: "stop" }
  | { readonly kind: "kill"; readonly trial: number }
  /** Replied to with the new trial's number. */
  | { readonly kind: "add"; readonly parameters: Parameters }
  /** Replied to with the new trial's number. */
  | { readonly kind: "longer"; readonly trial: number; readonly extraEpochs: number }
  | { readonly kind: "limits"; readonly limits: LimitsChange }
  | { readonly kind: "remark"; readonly body: Remark }
  | { readonly kind: "test-best" }
  /** What the page does before trials can run. */
  | {
      readonly kind: "status";
      readonly status: ExperimentStatus;
      readonly reason: string;
      readonly error?: ErrorRecord;
    }
  | {
      readonly kind: "note";
      readonly code: string;
      readonly details: Extract<EventBody, { type: "note" }>["details"];
    }
  /** The tab lets go of the experiment, without a word in the journal. */
  | { readonly kind: "close" };

/** What became of commands; `id` names the attempt or the test they were for. */
export type Report =
  | { readonly kind: "waited"; readonly id: number }
  | { readonly kind: "runner-ready"; readonly id: number; readonly precision: Precision }
  | { readonly kind: "runner-failed"; readonly id: number; readonly error: ErrorRecord }
  /** Replied to with "continue" or "stop". */
  | {
      readonly kind: "epoch";
      readonly id: number;
      readonly report: EpochReport;
      /** null where it could not be written */
      readonly checkpoint: CheckpointRef | null;
    }
  | { readonly kind: "checkpoint"; readonly id: number; readonly checkpoint: CheckpointRef }
  /** The storage is full for a worker. Replied to with whether something had to go. */
  | { readonly kind: "room-wanted"; readonly id: number; readonly sizeBytes: number }
  /** A fact for the log that does not end the attempt. */
  | {
      readonly kind: "trial-note";
      readonly id: number;
      readonly trial: number;
      readonly code: string;
      readonly details: ErrorDetails;
    }
  | {
      readonly kind: "attempt-ended";
      readonly id: number;
      readonly outcome: TrialOutcome | { readonly kind: "failed"; readonly error: ErrorRecord };
    }
  | { readonly kind: "tested"; readonly id: number; readonly result: TestResult }
  | { readonly kind: "test-failed"; readonly id: number; readonly error: ErrorRecord };

/** Answers to what a decision asked; nothing else is decided in between. */
export type Answer =
  | {
      readonly kind: "suggested";
      readonly answer: Suggestion | { readonly kind: "failed"; readonly error: ErrorRecord };
    }
  | {
      readonly kind: "assessed";
      readonly id: number;
      readonly answer:
        | { readonly kind: "assessment"; readonly assessment: Assessment | null }
        | { readonly kind: "failed"; readonly error: ErrorRecord };
    }
  | { readonly kind: "room-made" };

/** The journal could not be written. After `out-of-space`, and what it discards, one more try is made. */
export type StorageTrouble =
  | { readonly kind: "out-of-space" }
  | { readonly kind: "journal-failed"; readonly error: ErrorRecord };

/** What whoever gave an input is told when all of it is stored. */
export type Reply = "continue" | "stop" | number | boolean;
