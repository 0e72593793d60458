import { toErrorRecord, type ErrorRecord } from "../../../../core/errors.ts";
import { isJsonObject } from "../../../../core/json.ts";
import { mismatches } from "../../../../core/search-space/index.ts";
import type { Commands } from "../commands.ts";
import type { ExperimentView } from "../experiment.svelte.ts";
import { preferences } from "../../../state/preferences.svelte.ts";

/** Parameters of a trial that a person adds; values outside the space are allowed and said. */
export class AddTrialForm {
  text = $state("");
  refused: ErrorRecord | null = $state.raw(null);
  readonly #parsed = $derived(parse(this.text));
  readonly valid = $derived(isJsonObject(this.#parsed));
  readonly problems: readonly string[] = $derived.by(() => {
    if (this.#parsed === null || !isJsonObject(this.#parsed))
      return [preferences.t.trial.addNotJson];
    if (!this.view.space) return [];
    return mismatches(this.view.space, this.#parsed).map(preferences.say);
  });

  constructor(
    readonly view: ExperimentView,
    readonly commands: Commands,
  ) {
    this.text = view.adding ?? "{}";
  }

  /** Closes once the trial is in the queue; what was refused stays in the form with the reason. */
  async submit(): Promise<void> {
    this.refused = null;
    try {
      await this.commands.addTrial(this.text);
      this.view.adding = null;
    } catch (thrown) {
      this.refused = toErrorRecord(thrown);
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // Shown as "not yet JSON" while somebody types.
  }
}
