import { configLimits } from "../../config/check.ts";
import { integer, nullable, number, optional } from "../../decode.ts";
import type { EventKind } from "./kind.ts";

const fields = {
  trialConcurrency: optional(integer(1, configLimits.trialConcurrency)),
  maxTrialNumber: optional(integer(1, configLimits.maxTrialNumber)),
  maxDurationMs: optional(nullable(number(0, configLimits.maxDurationMs))),
};

/** What is left out stays as it was. */
export const limitsChanged: EventKind<"limits-changed", typeof fields> = {
  type: "limits-changed",
  fields,
  strict: false,
  inLog: true,
  apply(draft, event) {
    if (event.trialConcurrency !== undefined) draft.trialConcurrency = event.trialConcurrency;
    if (event.maxTrialNumber !== undefined) draft.maxTrialNumber = event.maxTrialNumber;
    if (event.maxDurationMs !== undefined) draft.maxDurationMs = event.maxDurationMs;
  },
};
