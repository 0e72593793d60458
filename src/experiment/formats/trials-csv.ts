import { csv } from "../../core/csv.ts";
import { epochReached } from "../../core/journal/index.ts";
import { shownMetric } from "../../core/journal/trial-metric.ts";
import { defineFormat } from "./format.ts";

/** All trials with everything that fits a table, failed and early-stopped ones included. */
export const trialsCsv = defineFormat({
  name: "trials",
  extension: ".csv",
  mediaType: "text/csv",
  from: "state",
  encode({ trials }) {
    const names = [...new Set(trials.flatMap((trial) => Object.keys(trial.parameters)))];
    const head = ["trial", "status", "metric", "test_accuracy", "epochs", "duration_s", ...names];
    const rows = trials.map((trial) => [
      trial.number,
      trial.status,
      shownMetric(trial),
      trial.test?.accuracy,
      epochReached(trial, trials),
      trial.durationMs / 1000,
      ...names.map((name) => trial.parameters[name]),
    ]);
    return csv([head, ...rows]);
  },
});
