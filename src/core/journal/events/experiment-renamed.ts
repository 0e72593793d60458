import { configLimits } from "../../config/check.ts";
import { text } from "../../decode.ts";
import type { EventKind } from "./kind.ts";

const fields = { name: text(configLimits.nameLength) };

/** Its configuration keeps the name it was made with. */
export const experimentRenamed: EventKind<"experiment-renamed", typeof fields> = {
  type: "experiment-renamed",
  fields,
  strict: false,
  inLog: true,
  apply(draft, event) {
    draft.name = event.name;
  },
};
