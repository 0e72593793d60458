/** A language is its folder here: `zh` of `messages/zh`. */
export type Language = string;

/** What is known of a language before it is loaded: `about.ts` of its folder. */
export interface AboutLanguage {
  /** Its own name, on the switch. */
  readonly name: string;
  /** For the attribute `lang`. */
  readonly tag: string;
  /** For `Intl`: dates and times. */
  readonly locale: string;
  /** Units of time. */
  readonly units: Readonly<Record<"d" | "h" | "min" | "minutes" | "s", string>>;
}

/** Files of the languages' folders by language. */
export const byLanguage = <T>(files: Readonly<Record<string, T>>): Readonly<Record<Language, T>> =>
  Object.fromEntries(Object.entries(files).map(([path, file]) => [path.split("/")[1]!, file]));

/** Every language with its name, tag and units. */
export const languages = byLanguage(
  import.meta.glob<AboutLanguage>("./*/about.ts", { eager: true, import: "default" }),
);

/** @returns what is known of a language; of English for one that has no folder */
export const aboutLanguage = (language: Language): AboutLanguage =>
  (Object.hasOwn(languages, language) ? languages[language] : undefined) ?? languages["en"]!;
