import type { ExperimentConfig } from "../../../core/config/types.ts";

/** The form of a new experiment as it stands. */
export interface KeptDraft {
  readonly config: ExperimentConfig;
  /** As typed: it need not be JSON yet. */
  readonly spaceText: string;
  readonly seed: number;
  readonly preset: string | null;
  readonly missing: "search-space" | "config" | null;
}

const storageKey = "tabtune.draft";

/** Keeps the form in this tab, so that a reload loses nothing; null forgets it. */
export function keepDraft(draft: KeptDraft | null): void {
  try {
    if (draft === null) sessionStorage.removeItem(storageKey);
    else sessionStorage.setItem(storageKey, JSON.stringify(draft));
  } catch {
    // Private windows may refuse storage; the form then lasts as long as the page.
  }
}

/** What this tab kept before it was reloaded; null for nothing, or for a form of an earlier version that is unlike ours. */
export async function keptDraft(): Promise<KeptDraft | null> {
  try {
    const text = sessionStorage.getItem(storageKey);
    if (text === null) return null;
    const [{ decodeExperimentConfig }, { decode, nullable, number, object, oneOf, text: string }] =
      await Promise.all([
        import("../../../core/config/check.ts"),
        import("../../../core/decode.ts"),
      ]);
    const draft = object({
      config: decodeExperimentConfig,
      spaceText: string(1_000_000),
      seed: number(),
      preset: nullable(string(200)),
      missing: nullable(oneOf(["search-space", "config"])),
    });
    return decode<KeptDraft>(draft, JSON.parse(text), "config-invalid", "draft");
  } catch {
    return null;
  }
}
