import {
  integer,
  jsonObject,
  list,
  measurement,
  nullable,
  number,
  object,
  oneOf,
  optional,
  text,
  type Decoder,
} from "../../core/decode.ts";
import { errorCodes } from "../../core/errors.ts";
import { facts } from "../../core/facts/decode.ts";
import type { Fact } from "../../core/facts/index.ts";
import type { ExperimentState, TrialState } from "../../core/journal/index.ts";
import type { JsonObject } from "../../core/json.ts";
import { decodePackedReports, type PackedReports } from "./curves.ts";

/** Published limits of a link. */
export const linkLimits = {
  /** Characters of a fragment that is read. */
  fragmentLength: 65_536,
  /** Characters of a fragment that is made: longer ones break in mail and chat programs. */
  madeLength: 32_000,
  unpackedBytes: 1_048_576,
  json: { depth: 48, values: 150_000 },
  trials: 2_000,
  /** Epochs of all trials. */
  reports: 20_000,
} as const;

/** One trial in a link: parameters and results exact, curves quantised. Times count from the experiment's creation. */
export interface LinkedTrial {
  readonly p: JsonObject;
  readonly s: TrialState["status"];
  readonly o: TrialState["origin"];
  readonly f: number | null;
  readonly n: number;
  readonly a: number;
  readonly b: number | null;
  readonly z: number | null;
  readonly ms: number;
  readonly w?: string;
  /** What `w` says, for any language. */
  readonly wf?: readonly Fact[];
  readonly err?: { readonly code: (typeof errorCodes)[number]; readonly message: string };
  readonly t?: { readonly a: number; readonly l: number; readonly n: number };
  readonly src?: "startup" | "model" | "random" | "fallback" | "grid" | "user" | "initial";
  readonly up?: { readonly done: number; readonly needed: number };
  readonly bud?: number;
  readonly cf?: number;
  readonly ts?: JsonObject;
  readonly r?: PackedReports;
}

/** What a link carries of an experiment. */
export interface LinkedExperiment {
  readonly name: string;
  readonly config: JsonObject;
  readonly space: JsonObject;
  readonly seed: number;
  readonly preset: string | null;
  readonly at: number;
  readonly status: ExperimentState["status"];
  readonly why: string;
  readonly ms: number;
  readonly lim: {
    readonly c: number;
    readonly n: number;
    readonly ms: number | null;
  };
  readonly trials: readonly LinkedTrial[];
}

const time = number(-1e15, 1e15);
const linkedTrial: Decoder<LinkedTrial> = object({
  p: jsonObject(20_000),
  s: oneOf(["WAITING", "RUNNING", "SUCCEEDED", "FAILED", "EARLY_STOPPED", "USER_CANCELED"]),
  o: oneOf(["tuner", "user", "imported", "longer"]),
  f: nullable(measurement),
  n: integer(1, 100_000),
  a: time,
  b: nullable(time),
  z: nullable(time),
  ms: number(0, 1e15),
  w: optional(text(300)),
  wf: optional(facts),
  err: optional(object({ code: oneOf(errorCodes), message: text(300) })),
  t: optional(object({ a: number(0, 1), l: number(), n: integer(0, 1e9) })),
  src: optional(oneOf(["startup", "model", "random", "fallback", "grid", "user", "initial"])),
  up: optional(object({ done: integer(0, 1e6), needed: integer(0, 1e6) })),
  bud: optional(number(0, 100_000)),
  cf: optional(integer(0, linkLimits.trials)),
  ts: optional(jsonObject(20_000)),
  r: optional(decodePackedReports),
});

/** Parses what a link unpacks to, field by field. */
export const decodeLinked: Decoder<LinkedExperiment> = object({
  name: text(200),
  config: jsonObject(200_000),
  space: jsonObject(200_000),
  seed: number(),
  preset: nullable(text(200)),
  at: number(0, 8.64e15),
  status: oneOf(["idle", "preparing", "running", "paused", "done", "failed"]),
  why: text(200),
  ms: number(0, 1e15),
  lim: object({ c: integer(1, 99_999), n: integer(1, 99_999), ms: nullable(number(0, 1e15)) }),
  trials: list(linkedTrial, linkLimits.trials),
});
