import { configLimits } from "../../config/check.ts";
import { integer, jsonObject, nullable, number, oneOf, optional } from "../../decode.ts";
import { provenance } from "../check-facts.ts";
import type { TrialDraft } from "../draft.ts";
import { journalLimits, trial } from "./fields.ts";
import type { EventKind } from "./kind.ts";
import { word } from "../../words/index.ts";

const fields = {
  trial,
  parameters: jsonObject(configLimits.parametersLength),
  origin: oneOf(["tuner", "user", "imported", "longer"]),
  provenance: nullable(provenance),
  /** Epochs to train in all. */
  epochs: integer(1, journalLimits.epochs),
  budget: optional(number(0, journalLimits.epochs)),
  continueFrom: optional(trial),
  tunerState: optional(jsonObject(1_000_000)),
};

export const trialAdded: EventKind<"trial-added", typeof fields> = {
  type: "trial-added",
  fields,
  strict: false,
  inLog: true,
  apply(draft, event, refuse) {
    if (event.trial !== draft.trials.length)
      refuse(word("expected-trial", { expected: draft.trials.length, got: event.trial }));
    if (event.continueFrom !== undefined && draft.trials[event.continueFrom] === undefined)
      refuse(word("no-trial-to-continue", { trial: event.continueFrom }));
    const added: TrialDraft = {
      number: event.trial,
      parameters: event.parameters,
      status: "WAITING",
      intermediates: [],
      final: null,
      ...(event.budget === undefined ? {} : { budget: event.budget }),
      ...(event.continueFrom === undefined ? {} : { continueFrom: event.continueFrom }),
      ...(event.tunerState === undefined ? {} : { tunerState: event.tunerState }),
      ...(event.origin === "tuner" ? {} : { custom: true }),
      origin: event.origin,
      provenance: event.provenance,
      epochs: event.epochs,
      reports: [],
      attempt: 0,
      precision: null,
      by: null,
      addedAt: event.at,
      startedAt: null,
      endedAt: null,
      durationMs: 0,
      activeMs: 0,
      reason: null,
      facts: [],
      error: null,
      checkpoint: null,
      samples: null,
      model: null,
      test: null,
    };
    draft.trials.push(added);
    draft.owned.add(added);
  },
};
