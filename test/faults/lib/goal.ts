import type { Visitor, VisitorOptions } from "../../browser/harness.ts";
import type { Rng } from "../../../src/core/math/rng.ts";

/** A promise of `docs/reliability.md`: which fault is injected, how often, and what must have survived it. */
export interface Goal {
  /** As in the table: R1 … R20, S1 … S10. */
  readonly id: string;
  readonly title: string;
  /** How the fault is injected, one sentence. */
  readonly how: string;
  /** Injections of the full run and of the quick one that every change passes. */
  readonly counts: { readonly full: number; readonly reduced: number };
  /** After this the goal has failed; default 60 minutes full, 3 minutes reduced. */
  readonly limitMinutes?: { readonly full: number; readonly reduced: number };
  /** It compares speeds and therefore never runs beside another goal. */
  readonly alone?: true;
  /** Injects `context.count` faults. Throws only where the suite itself is broken: a fault that is not survived is a result. */
  run(context: FaultContext): Promise<GoalResult>;
}

export interface GoalResult {
  readonly injected: number;
  readonly survived: number;
  /** What was acknowledged and is gone: trials, records, files. */
  readonly lost: number;
  /** The slowest recovery in ms, null where time is no part of the goal. */
  readonly worstMs: number | null;
  readonly pass: boolean;
  /** Facts worth a line in the table: what else was counted, and for a failure what went wrong. */
  readonly notes: readonly string[];
  /** Error codes that the user was shown. */
  readonly codes?: readonly string[];
}

/** What a goal may use. Everything opened through it is closed, and every uncaught error in it counts against R20. */
export interface FaultContext {
  readonly count: number;
  readonly reduced: boolean;
  /** Printed at the start of the goal; `--seed` repeats it. */
  readonly seed: number;
  /** A stream named by the seed and a purpose. */
  rng(...purpose: (string | number)[]): Rng;
  log(line: string): void;
  /** The address of the production build behind the product's headers; built once, served once. */
  url(): Promise<string>;
  /** The folder of that build. */
  dist(): Promise<string>;
  /** A browser on the served build (or on `origin`), see `openVisitor`; closed at the end of the goal at the latest. */
  open(options?: VisitorOptions & { readonly origin?: string }): Promise<Visitor>;
  /** A new folder for a browser profile, deleted after the goal. */
  profile(): string;
  /** A limit of the goal in ms; the quick run, which may share a slow machine, allows six times as much. */
  within(limitMs: number): number;
  /** A part of a long goal, remembered per commit: a run that was cut off goes on after its last finished part.
   *  @param make JSON-safe result; a part that throws is not remembered */
  part<Result>(name: string, make: () => Promise<Result>): Promise<Result>;
}
