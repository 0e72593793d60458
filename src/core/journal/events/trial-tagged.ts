import { list, nullable, text } from "../../decode.ts";
import { trial } from "./fields.ts";
import { onTrialOrAll, type EventKind } from "./kind.ts";

const fields = {
  /** null: the whole experiment. */
  trial: nullable(trial),
  /** They take the place of those before. */
  tags: list(text(40), 20),
};

/** Words by which a person finds a trial or the experiment again. Since version 3. */
export const trialTagged: EventKind<"trial-tagged", typeof fields> = {
  type: "trial-tagged",
  fields,
  strict: true,
  inLog: true,
  apply: onTrialOrAll((subject, event) => {
    subject.tags = event.tags;
  }),
};
