import { speak, type Say } from "../../core/words/index.ts";
import english from "../messages/en/folder.ts";
import type { Messages } from "../messages/en/index.ts";
import type { LanguageFolder } from "../messages/language.ts";
import { aboutLanguage, languages, type Language } from "../messages/about.ts";
import { loadLanguage } from "../messages/load.ts";
import { Lazy } from "./lazy.svelte.ts";

export type Theme = "system" | "light" | "dark";
const storageKey = "tabtune.preferences";

/** English is always here: whatever does not load can be said in it. */
const others = new Map(
  Object.entries(loadLanguage).map(([language, load]) => [language, new Lazy(load)]),
);

/** Language and theme; remembered in this browser only after the user has chosen. */
class Preferences {
  language: Language = $state("en");
  theme: Theme = $state("system");
  /** Large type for a projector, from `?present=1`. */
  present = $state(false);
  readonly folder: LanguageFolder = $derived(others.get(this.language)?.part ?? english);
  /** The page's text. */
  readonly t: Messages = $derived(this.folder.page);
  /** Says what the program says. */
  readonly say: Say = $derived(speak(this.folder.words));
  /** Languages that are loaded when they are first needed. */
  readonly words = [...others.values()];

  constructor() {
    const stored = read();
    const wanted = globalThis.navigator?.language ?? "en";
    this.language =
      stored.language ??
      Object.keys(languages).find((language) => wanted.toLowerCase().startsWith(language)) ??
      "en";
    this.theme = stored.theme ?? "system";
    this.present = new URLSearchParams(globalThis.location?.search ?? "").get("present") === "1";
    this.#apply();
  }

  setPresent(present: boolean): void {
    this.present = present;
    // In the address, so that a reload keeps it.
    const address = new URL(location.href);
    if (present) address.searchParams.set("present", "1");
    else address.searchParams.delete("present");
    history.replaceState(history.state, "", address);
    this.#apply();
  }

  /** Resolves once the page can be drawn in the reader's language; in English where that did not load. */
  async wordsHere(): Promise<void> {
    await others.get(this.language)?.tried();
  }

  /** Changes all words at once, when they are there. */
  async setLanguage(language: Language): Promise<void> {
    await others.get(language)?.tried();
    this.language = language;
    this.#save();
  }

  /** Light and dark in turn, starting from what the system shows now. */
  toggleTheme(): void {
    this.theme = this.dark ? "light" : "dark";
    this.#save();
  }

  get dark(): boolean {
    if (this.theme !== "system") return this.theme === "dark";
    return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches ?? false;
  }

  #save(): void {
    try {
      localStorage.setItem(
        storageKey,
        JSON.stringify({ language: this.language, theme: this.theme }),
      );
    } catch {
      // Private windows may refuse storage; the choice then lasts as long as the page.
    }
    this.#apply();
  }

  #apply(): void {
    const root = globalThis.document?.documentElement;
    if (!root) return;
    root.lang = aboutLanguage(this.language).tag;
    root.toggleAttribute("data-present", this.present);
    if (this.theme === "system") root.removeAttribute("data-theme");
    else root.dataset["theme"] = this.theme;
  }
}

function read(): { language?: Language; theme?: Theme } {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? "{}");
    if (typeof value !== "object" || value === null) return {};
    const { language, theme } = value as Record<string, unknown>;
    return {
      ...(typeof language === "string" && Object.hasOwn(languages, language) ? { language } : {}),
      ...(theme === "light" || theme === "dark" ? { theme } : {}),
    };
  } catch {
    return {}; // Nothing usable stored: the system's settings count.
  }
}

export const preferences = new Preferences();
