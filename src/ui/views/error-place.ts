import type { ErrorRecord } from "../../core/errors.ts";
import type { Say } from "../../core/words/index.ts";

/** A line of an error's detail, and whether it is in English whatever the reader's language. */
export interface ErrorLine {
  readonly text: string;
  readonly english: boolean;
}

/** What exactly is wrong, in the reader's language. A record without words, of an old journal or of somebody else's code, is shown
 *  as it is; and so is, below, what a parser said of a text that it cannot read. */
export function errorLines(error: ErrorRecord, say: Say): readonly ErrorLine[] {
  const { message, words, details } = error;
  if (!words) return [{ text: message, english: true }];
  const text = say(words);
  const lines = text.split("\n").map((line) => ({ text: line, english: false }));
  const { reason } = details;
  const unsaid = typeof reason === "string" && text !== message && !text.includes(reason);
  return unsaid ? [...lines, { text: message, english: true }] : lines;
}

/** The same in one piece. */
export const errorText = ({ message, words }: ErrorRecord, say: Say): string =>
  words ? say(words) : message;

/** Whether what is wrong stands in the search space: its form, or a parameter that it names and no trial can take. */
export function isOfSpace({ code, details }: ErrorRecord, spaceText: string): boolean {
  if (code === "search-space-invalid") return true;
  const name = /^[^.[]+/.exec(String(details.path ?? ""))?.[0];
  return code === "parameter-invalid" && name !== undefined && spaceText.includes(`"${name}"`);
}
