import { integer, object, text, type Decoder } from "../../decode.ts";
import type { CheckpointRef } from "../records.ts";
import { journalLimits, trial } from "./fields.ts";
import { onTrial, type EventKind } from "./kind.ts";
import { word } from "../../words/index.ts";

const checkpoint: Decoder<CheckpointRef> = object({
  path: text(500),
  sha256: text(100),
  sizeBytes: integer(0),
  epoch: integer(0, journalLimits.epochs),
  step: integer(0),
});

const fields = { trial, checkpoint };

/** Takes the place of the former one, whose file may go then. Not in the log that people read. */
export const checkpointSaved: EventKind<"checkpoint-saved", typeof fields> = {
  type: "checkpoint-saved",
  fields,
  strict: false,
  inLog: false,
  apply: onTrial((trial, event, refuse) => {
    if (trial.attempt === 0 && trial.origin !== "imported")
      refuse(word("trial-never-started", { trial: event.trial }));
    trial.checkpoint = event.checkpoint;
  }),
};
