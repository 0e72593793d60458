import { Lazy } from "./lazy.svelte.ts";
import type { DraftForm } from "./draft.svelte.ts";
import type { ExperimentView } from "./experiment.svelte.ts";

/** Pages that are not part of the first screen. */
export const heavyPages = {
  experiment: new Lazy<{ view: ExperimentView }>(() => import("../pages/ExperimentPage.svelte")),
  data: new Lazy<Record<string, never>>(() => import("../pages/DataPage.svelte")),
  setup: new Lazy<{ draft: DraftForm }>(() => import("../pages/NewPage.svelte")),
};
