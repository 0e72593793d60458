import { byLanguage } from "./about.ts";
import type { LanguageFolder } from "./language.ts";

/** Loads what a language says. */
export const loadLanguage = byLanguage(
  import.meta.glob<LanguageFolder>("./*/folder.ts", { import: "default" }),
);
