import { readSentence } from "../../core/sentences.ts";
import type { Messages } from "../messages/en/index.ts";

/** An algorithm's English sentence in the reader's words; a text that is none of them as it is. */
export function inOurWords(text: string, t: Messages): string {
  const found = readSentence(text);
  return found ? t.sentences[found.code](found.values) : text;
}
