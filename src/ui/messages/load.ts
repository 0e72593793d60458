import { byLanguage } from "./about.ts";
import type { LanguageFolder } from "./language.ts";

/** Loads what a language says. English is always here, and not among them. */
export const loadLanguage = byLanguage(
  import.meta.glob<LanguageFolder>(["./*/folder.ts", "!./en/folder.ts"], { import: "default" }),
);
