import { decode, integer, list, nullable, number, object, oneOf } from "../../core/decode.ts";
import { bestSoFar, countTrials, expectedTrials } from "../../core/journal/index.ts";
import type { ExperimentState } from "../../core/journal/state.ts";
import type { JsonObject } from "../../core/json.ts";
import type { ExperimentEntry } from "../../storage/schema.ts";
import type { ExperimentSummary } from "../api.ts";

/** Points of a sparkline at most. */
const sparklineLength = 40;

/** What the list of experiments shows, stored with every append so that the list reads no journal. */
export function summarize(state: ExperimentState): JsonObject {
  const values = bestSoFar(state).map((point) => point.best);
  const step = Math.max(1, Math.ceil(values.length / sparklineLength));
  const sparkline = values.filter((_, i) => i % step === 0 || i === values.length - 1);
  return {
    status: state.status,
    trialsFinished: countTrials(state).finished,
    maxTrialNumber: expectedTrials(state),
    best: values.at(-1) ?? null,
    sparkline,
  };
}

const stored = object({
  status: oneOf(["idle", "preparing", "running", "paused", "done", "failed"]),
  trialsFinished: integer(0),
  maxTrialNumber: integer(0),
  best: nullable(number()),
  sparkline: list(number(), 2 * sparklineLength),
});

const unknown = {
  status: "idle",
  trialsFinished: 0,
  maxTrialNumber: 0,
  best: null,
  sparkline: [],
} as const;

/** @param elsewhere whether another tab writes it */
export function toSummary(entry: ExperimentEntry, elsewhere: boolean): ExperimentSummary {
  let summary: Omit<ExperimentSummary, "id" | "name" | "updatedAt" | "elsewhere"> = unknown;
  try {
    if (entry.summary) summary = decode(stored, entry.summary, "journal-invalid", "summary");
  } catch {
    // A damaged line still leads to its experiment, whose journal is checked when it is opened.
  }
  const { id, name, updatedAt } = entry;
  return { id, name, updatedAt, elsewhere, ...summary };
}
