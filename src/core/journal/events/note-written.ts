import { nullable, text } from "../../decode.ts";
import { trial } from "./fields.ts";
import { onTrialOrAll, type EventKind } from "./kind.ts";

const fields = {
  /** null: about the whole experiment. */
  trial: nullable(trial),
  /** Takes the place of the one before; an empty one takes it away. */
  text: text(2_000),
};

/** What a person notes down about a trial or the experiment. Since version 3. */
export const noteWritten: EventKind<"note-written", typeof fields> = {
  type: "note-written",
  fields,
  strict: true,
  inLog: true,
  apply: onTrialOrAll((subject, event) => {
    subject.note = event.text;
  }),
};
