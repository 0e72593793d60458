import type { Catalogue } from "../../core/words/index.ts";
import type { Messages } from "./en/index.ts";

/** Everything said in a language: `folder.ts` of its folder. */
export interface LanguageFolder {
  /** The page's own text. */
  readonly page: Messages;
  /** What the program says. */
  readonly words: Catalogue;
  /** Descriptions of algorithms by `<kind>.<name>[.<argument>]`, arguments that several share by `argument.<argument>`; whatever
   *  is absent is said as the catalogue of algorithms says it. */
  readonly algorithms: Readonly<Record<string, string>>;
  /** Names of classes by data set and label; a set that is absent has those of its definition. */
  readonly classes: Readonly<Record<string, readonly string[]>>;
}
