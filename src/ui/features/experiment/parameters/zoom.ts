import { historyOf } from "../../../../core/journal/index.ts";
import { zoomSearchSpace, type SearchSpace } from "../../../../core/search-space/index.ts";
import type { ExperimentDraft } from "../../../../experiment/api.ts";
import type { ExperimentView } from "../experiment.svelte.ts";
import { preferences } from "../../../state/preferences.svelte.ts";
import { randomSeed } from "../../../state/seed.ts";

/** A new experiment like this one, in the space around its best trials.
 *  @param share of the succeeded trials that count as best, in (0, 1] */
export function zoomDraft(
  view: ExperimentView,
  space: SearchSpace,
  share: number,
): ExperimentDraft {
  const { config } = view.state.definition;
  return {
    config: { ...config, name: preferences.t.zoom.nameOf(config.name.slice(0, 190)) },
    searchSpace: zoomSearchSpace(space, historyOf(view.state), share, view.mode),
    seed: randomSeed(),
    preset: null,
  };
}
