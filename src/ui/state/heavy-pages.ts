import { Lazy } from "./lazy.svelte.ts";
import type { DraftForm } from "../features/new/draft.svelte.ts";
import type { ExperimentView } from "../features/experiment/experiment.svelte.ts";

/** Pages that are not part of the first screen. */
export const heavyPages = {
  experiment: new Lazy<{ view: ExperimentView }>(
    () => import("../features/experiment/ExperimentPage.svelte"),
  ),
  data: new Lazy<Record<string, never>>(() => import("../features/data/DataPage.svelte")),
  setup: new Lazy<{ draft: DraftForm }>(() => import("../features/new/NewPage.svelte")),
};
