import { english } from "../../../src/core/words/en/index.ts";
import type { Catalogue, Say, Word } from "../../../src/core/words/index.ts";
import { en } from "../../../src/ui/messages/en/index.ts";
import type { LanguageFolder } from "../../../src/ui/messages/language.ts";
import { accented, accentedAround, pseudo } from "./pseudo.ts";

/** What an inner word becomes is a value of the outer one. */
function pseudoWords(catalogue: Catalogue): Catalogue {
  const entries = Object.entries(catalogue).map(([code, entry]) => {
    if (typeof entry === "string") return [code, accented(entry)];
    const said = (values: object, say: Say): string => {
      const inner: string[] = [];
      const listening: Say = (word: Word) => {
        const text = say(word);
        inner.push(text);
        return text;
      };
      const text = (entry as (values: object, say: Say) => string)(values, listening);
      // Codes within the values are no texts.
      const own = Object.values(values).filter((value) => !isWord(value));
      return code === "as-written" ? text : accentedAround(text, [...inner, ...own]);
    };
    return [code, said];
  });
  return Object.fromEntries(entries) as Catalogue;
}

const isWord = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  !(Array.isArray(value) && typeof value[0] !== "object");

/** Whatever is asked for, changed. */
const anything = <T>(made: (key: string) => T): Readonly<Record<string, T>> =>
  new Proxy({}, { get: (_, key) => made(String(key)) });

export default {
  page: pseudo(en),
  words: pseudoWords(english),
  algorithms: anything((key) => accented(key)),
  classes: anything(() => Array.from({ length: 200 }, (_, i) => accented(`class ${i}`))),
} satisfies LanguageFolder;
