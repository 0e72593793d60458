import { Lazy } from "./lazy.svelte.ts";

/** The classes behind an experiment on screen, which the first screen does without. */
export const experimentClasses = new Lazy(() => import("../features/experiment/opened.ts"));

/** The class behind the form of a new experiment. */
export const formClass = new Lazy(
  async () => (await import("../features/new/draft.svelte.ts")).DraftForm,
);
