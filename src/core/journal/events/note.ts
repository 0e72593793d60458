import { jsonObject, text } from "../../decode.ts";
import type { EventKind } from "./kind.ts";

const fields = {
  /** Message key. */
  code: text(200),
  details: jsonObject(100_000),
};

/** Something for the log that changes nothing. */
export const note: EventKind<"note", typeof fields> = {
  type: "note",
  fields,
  strict: false,
  inLog: true,
  apply: () => undefined,
};
