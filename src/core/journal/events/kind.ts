import type { Decoded, Fields } from "../../decode.ts";
import { ownTrial, type Draft, type TrialDraft } from "../draft.ts";
import { word, type Word } from "../../words/index.ts";

/** Where an event stands: `seq` counts from 0 without gaps; `at` is ms since 1970. */
export interface EventHead {
  readonly seq: number;
  readonly at: number;
}

/** Ends the fold with what is wrong: the event may not follow those before it. */
export type Refuse = (problem: Word) => never;

/** Everything there is to know of one type of event. One file each, listed in `table.ts`. */
export interface EventKind<T extends string, F extends Fields> {
  readonly type: T;
  /** What it carries besides `seq`, `at` and `type`, parsed field by field. */
  readonly fields: F;
  /** True where an append must survive a power failure: what took long to compute. */
  readonly strict: boolean;
  /** False for what comes too often for a log that people read. */
  readonly inLog: boolean;
  /** What it does to the state, which is the caller's to change. */
  apply(draft: Draft, event: EventHead & Decoded<F>, refuse: Refuse): void;
}

/** An event's own fields and its type. */
export type BodyOf<K> = K extends {
  readonly type: infer T;
  readonly fields: infer F extends Fields;
}
  ? { readonly type: T } & Decoded<F>
  : never;

/** `apply` of an event about one trial, which is there and may be changed. */
export function onTrial<E extends EventHead & { readonly trial: number }>(
  apply: (trial: TrialDraft, event: E, refuse: Refuse) => void,
): (draft: Draft, event: E, refuse: Refuse) => void {
  return (draft, event, refuse) => {
    const trial = ownTrial(draft, event.trial);
    if (trial === undefined) return refuse(word("no-such-trial", { trial: event.trial }));
    apply(trial, event, refuse);
  };
}

/** `apply` of an event about one trial, which is there, or with null about the whole experiment. */
export function onTrialOrAll<E extends EventHead & { readonly trial: number | null }>(
  apply: (subject: TrialDraft | Draft, event: E) => void,
): (draft: Draft, event: E, refuse: Refuse) => void {
  return (draft, event, refuse) => {
    const { trial } = event;
    const subject = trial === null ? draft : ownTrial(draft, trial);
    if (trial !== null && subject === undefined) return refuse(word("no-such-trial", { trial }));
    apply(subject ?? draft, event);
  };
}

/** True for a trial that is over. */
export function isFinished(status: TrialDraft["status"]): boolean {
  return status !== "WAITING" && status !== "RUNNING";
}

/** True while reports may come. An imported trial brings its curve and its end with it; it is never attempted here. */
export function isReporting(trial: TrialDraft): boolean {
  return trial.status === "RUNNING" || (trial.status === "WAITING" && trial.origin === "imported");
}
