import {
  integer,
  number,
  object,
  oneOf,
  optional,
  record,
  text,
  type Decoder,
} from "../../decode.ts";
import { errorCodes, type ErrorDetails, type ErrorRecord } from "../../errors.ts";
import { decodeWord } from "../../words/decode.ts";
import type { By } from "../records.ts";

/** Published limits of a journal. */
export const journalLimits = {
  trials: 100_000,
  epochs: 100_000,
  events: 10_000_000,
  textLength: 10_000,
} as const;

/** A trial's number. */
export const trial = integer(0, journalLimits.trials - 1);

/** Milliseconds. */
export const duration = number(0, Number.MAX_SAFE_INTEGER);

export const longText = text(journalLimits.textLength);

const details: Decoder<ErrorDetails> = record((value, path) => {
  if (value === null || typeof value === "boolean") return value;
  return typeof value === "number" ? value : longText(value, path);
}, 100);

/** What went wrong, as it travels. */
export const error: Decoder<ErrorRecord> = object({
  code: oneOf(errorCodes),
  message: longText,
  details,
  // Words of a newer vocabulary are left behind: the message says the same in English.
  words: optional((value) => decodeWord(value)),
});

const name = text(200);

/** Who computed, and on what. */
export const by: Decoder<By> = object({
  member: optional(name),
  device: optional(name),
  engine: optional(name),
});
