import type { ExperimentDefinition, JournalEvent } from "../../core/journal/events.ts";
import type { ExperimentState } from "../../core/journal/state.ts";
import type { SearchSpace } from "../../core/search-space/types.ts";

/** A foreign experiment, parsed and checked. */
export interface SharedExperiment {
  readonly state: ExperimentState;
  readonly definition: ExperimentDefinition;
  readonly space: SearchSpace;
  /** `link` curves are quantised for drawing; `file` is exact. */
  readonly source: "link" | "file" | "recorded";
  /** The whole journal, where it came along: such an experiment can be kept as it is. */
  readonly events?: readonly JournalEvent[];
}
