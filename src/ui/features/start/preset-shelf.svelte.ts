import type { TrainingSettings } from "../../../core/config/types.ts";
import { toErrorRecord, type ErrorRecord } from "../../../core/errors.ts";
import type {
  CostEstimate,
  ExperimentDraft,
  PresetId,
  PresetInfo,
} from "../../../experiment/api.ts";
import type { DataStore } from "../data/data.svelte.ts";
import type { PageActs } from "../../state/page-acts.ts";
import { preferences } from "../../state/preferences.svelte.ts";
import { randomSeed } from "../../state/seed.ts";

export interface ShelfEntry {
  readonly estimate: CostEstimate | null;
  readonly error: ErrorRecord | null;
  /** What the trials of a preset that fits itself to the device get. */
  readonly fitted: TrainingSettings | null;
}

/** A first look that takes longer than this gives way to a smaller one. */
const longQuickLookMs = 10 * 60_000;

/** The presets with what they cost here. */
export class PresetShelf {
  entries: ReadonlyMap<PresetId, ShelfEntry> = $state.raw(new Map());
  starting: PresetId | null = $state(null);
  /** The preset that `?preset=` asked for. */
  readonly wanted: PresetId | null;
  readonly #drafts = new Map<PresetId, Promise<ExperimentDraft>>();

  constructor(
    readonly app: PageActs & {
      readonly data: DataStore;
      edit(draft: ExperimentDraft): Promise<void>;
    },
  ) {
    const asked = new URLSearchParams(location.search).get("preset");
    this.wanted = app.tabtune.presets.find((preset) => preset.id === asked)?.id ?? null;
  }

  /** Cards in order: the one asked for by the address first; the smoke test only when asked for; of the two quick looks the
   *  small one where the other would take long. */
  get cards(): readonly PresetInfo[] {
    const spare = this.#isLong("quick-look") ? "quick-look" : "small-look";
    const hidden = (id: PresetId): boolean => id === "smoke" || id === spare;
    const shown = this.app.tabtune.presets.filter(({ id }) => id === this.wanted || !hidden(id));
    return shown.sort((a, b) => Number(b.id === this.wanted) - Number(a.id === this.wanted));
  }

  /** The one to start with: what the address asks for, else the first. */
  get defaultId(): PresetId | null {
    return this.cards[0]?.id ?? null;
  }

  #isLong(id: PresetId): boolean {
    return (this.entries.get(id)?.estimate?.durationMs ?? 0) > longQuickLookMs;
  }

  async estimateAll(): Promise<void> {
    // The device may have been measured anew.
    this.#drafts.clear();
    await this.app.attempt(() => this.app.data.refresh());
    const { presets } = this.app.tabtune;
    // Fitting one to the device takes several estimates: the others do not wait for it.
    const inTurn = [...presets].sort(
      (a, b) => Number(a.epochs === null) - Number(b.epochs === null),
    );
    for (const { id } of inTurn) {
      if (id === "smoke" && this.wanted !== id) continue;
      await this.#estimate(id);
    }
  }

  async #estimate(id: PresetId): Promise<void> {
    let entry: ShelfEntry;
    try {
      const draft = await this.#draft(id);
      const fitted = this.#fitsItself(id) ? draft.config.training : null;
      entry = { estimate: await this.app.tabtune.estimate(draft), error: null, fitted };
    } catch (thrown) {
      entry = { estimate: null, error: toErrorRecord(thrown), fitted: null };
    }
    this.entries = new Map(this.entries).set(id, entry);
  }

  #draft(id: PresetId): Promise<ExperimentDraft> {
    const draft = this.#drafts.get(id) ?? this.app.tabtune.loadPreset(id, randomSeed());
    this.#drafts.set(id, draft);
    draft.catch(() => this.#drafts.delete(id));
    return draft;
  }

  /** What its card shows of a preset that fits itself to the device is what is taken. */
  async #anew(id: PresetId): Promise<ExperimentDraft> {
    if (!this.#fitsItself(id)) return this.app.tabtune.loadPreset(id, randomSeed());
    return { ...(await this.#draft(id)), seed: randomSeed() };
  }

  #fitsItself(id: PresetId): boolean {
    return this.app.tabtune.presets.some((one) => one.id === id && one.epochs === null);
  }

  /** One click: creates the experiment, shows it and starts it. */
  start(preset: PresetInfo): Promise<unknown> {
    return this.#take(preset, (draft) => this.app.createAndStart(draft));
  }

  /** Opens the preset's settings for changes before it starts. */
  adjust(preset: PresetInfo): Promise<unknown> {
    return this.#take(preset, (draft) => this.app.edit(draft));
  }

  async #take(preset: PresetInfo, act: (draft: ExperimentDraft) => Promise<void>): Promise<void> {
    if (this.starting) return;
    this.starting = preset.id;
    await this.app.attempt(async () => {
      const id = await this.#bearable(preset.id);
      const draft = await this.#anew(id);
      // The experiment is called what its card is called.
      const { name } = preferences.t.presets[id];
      await act({ ...draft, config: { ...draft.config, name } });
    });
    this.starting = null;
  }

  /** Whoever does not wait until the device is measured gets the quick look that the card would then have offered. */
  async #bearable(id: PresetId): Promise<PresetId> {
    if (id !== "quick-look" || this.wanted === id || this.entries.has(id)) return id;
    await this.#estimate(id);
    return this.#isLong(id) ? "small-look" : id;
  }
}
