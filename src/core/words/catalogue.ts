import type { Area } from "./kinds.ts";
import type { ValuesOf, Vocabulary, Word, WordCode } from "./word.ts";

/** Says a word; catalogues get it for the words within others. */
export type Say = (word: Word) => string;

/** What a language says for the codes of one area: a text, or a function of the values. */
export type CatalogueOf<A extends Area> = {
  readonly [Code in keyof A]: string | ((values: ValuesOf<A[Code]>, say: Say) => string);
};

/** Everything that the program can say, in one language. */
export type Catalogue = {
  readonly [Code in WordCode]: string | ((values: Vocabulary[Code], say: Say) => string);
};

/** How a catalogue's language says words. */
export function speak(catalogue: Catalogue): Say {
  const say: Say = (word) => {
    // The union's members pair each code with its own values.
    const entry = catalogue[word.code] as string | ((values: object, say: Say) => string);
    return typeof entry === "string" ? entry : entry(word.values, say);
  };
  return say;
}

/** Several words in a row. */
export const sayAll = (words: readonly Word[], say: Say, between: string): string =>
  words.map(say).join(between);
