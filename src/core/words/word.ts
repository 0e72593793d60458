import type { Kind, Shape } from "./kinds.ts";
import type { vocabulary } from "./vocabulary/index.ts";

interface KindTypes extends Record<Kind, unknown> {
  readonly number: number;
  readonly "number?": number | null;
  readonly text: string;
  readonly boolean: boolean;
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
  readonly word: Word;
  readonly words: readonly Word[];
}

/** The values that a shape describes. */
export type ValuesOf<S extends Shape> = { readonly [Name in keyof S]: KindTypes[S[Name]] };

/** Code → values: everything that the program can say. No language here: `en/` and the folders of `ui/messages` say it. */
export type Vocabulary = {
  readonly [Code in keyof typeof vocabulary]: ValuesOf<(typeof vocabulary)[Code]>;
};

export type WordCode = keyof Vocabulary;

/** A word of one of these codes. */
export type WordOf<Code extends WordCode> = Code extends unknown
  ? { readonly code: Code; readonly values: Vocabulary[Code] }
  : never;

/** What the program says, whatever the language. A closed union of `{ code, values }`; JSON. */
export type Word = WordOf<WordCode>;

/** One of them: `word("no-file")`, `word("no-draws", { draws })`. */
export function word<Code extends WordCode>(
  code: Code,
  ...[values]: keyof Vocabulary[Code] extends never ? [] : [values: Vocabulary[Code]]
): WordOf<Code> {
  // TypeScript does not see that a code and its own values make one member of the union.
  return { code, values: values ?? {} } as unknown as WordOf<Code>;
}

/** Text that comes from outside, a browser's or a driver's message, and is shown as it is. */
export const asWritten = (text: string): WordOf<"as-written"> => word("as-written", { text });
