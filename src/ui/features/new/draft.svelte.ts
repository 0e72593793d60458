import type {
  AlgorithmConfig,
  DatasetName,
  ExperimentConfig,
  TrainingSettings,
} from "../../../core/config/types.ts";
import { toErrorRecord, type ErrorRecord } from "../../../core/errors.ts";
import type { JsonObject } from "../../../core/json.ts";
import type { CostEstimate, ExperimentDraft } from "../../../experiment/api.ts";
import { keepDraft, keptDraft } from "./kept-draft.ts";
import type { PageActs } from "../../state/page-acts.ts";
import { spaceText } from "../../views/space-text.ts";
import { randomSeed } from "../../state/seed.ts";

/** An experiment that is being set up: what the user edits, checked and priced after every change. */
export class DraftForm {
  config: ExperimentConfig = $state.raw() as ExperimentConfig;
  spaceText = $state("");
  seed = $state(0);
  readonly preset: string | null;
  estimate: CostEstimate | null = $state.raw(null);
  error: ErrorRecord | null = $state.raw(null);
  checking = $state(false);
  starting = $state(false);
  /** What the files given so far lack. */
  missing: "search-space" | "config" | null = $state(null);
  #checks = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    readonly app: PageActs & { draft: DraftForm | null },
    draft: ExperimentDraft,
  ) {
    this.config = draft.config;
    this.spaceText = spaceText(draft.searchSpace);
    this.seed = draft.seed;
    this.preset = draft.preset;
  }

  /** Starts from one of NNI's two files; the rest is the quick look's. */
  static async incomplete(
    app: PageActs & { draft: DraftForm | null },
    searchSpace: JsonObject | null,
    config: ExperimentConfig | null,
  ): Promise<DraftForm> {
    const base = await app.tabtune.loadPreset("quick-look", randomSeed());
    const form = new DraftForm(app, {
      config: config ?? { ...base.config, name: "" },
      searchSpace: searchSpace ?? {},
      seed: base.seed,
      preset: null,
    });
    form.missing = searchSpace === null ? "search-space" : config === null ? "config" : null;
    if (searchSpace === null) form.spaceText = "";
    return form;
  }

  /** The form that this tab had before it was reloaded, if any. */
  static async kept(app: PageActs & { draft: DraftForm | null }): Promise<DraftForm | null> {
    const kept = await keptDraft();
    if (kept === null) return null;
    const form = new DraftForm(app, { ...kept, searchSpace: {} });
    [form.spaceText, form.missing] = [kept.spaceText, kept.missing];
    return form;
  }

  /** Applies a change and checks the whole soon after. */
  change(patch: Partial<ExperimentConfig>): void {
    this.config = { ...this.config, ...patch };
    this.#soon();
  }

  changeTraining(patch: Partial<TrainingSettings>): void {
    this.change({ training: { ...this.config.training, ...patch } });
  }

  chooseDataset(dataset: DatasetName): void {
    this.changeTraining({ dataset });
  }

  changeTuner(tuner: AlgorithmConfig): void {
    this.change({ tuner });
  }

  changeAssessor(assessor: AlgorithmConfig | null): void {
    this.change({ assessor });
  }

  changeSpace(text: string): void {
    this.spaceText = text;
    this.#soon();
  }

  changeSeed(seed: number): void {
    this.seed = seed;
    this.#soon();
  }

  /** Keeps it as it stands for a reload of this tab. */
  keep(): void {
    const { config, spaceText: text, seed, preset, missing } = this;
    keepDraft({ config, spaceText: text, seed, preset, missing });
  }

  #soon(): void {
    this.keep();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.check(), 400);
  }

  async #draft(): Promise<ExperimentDraft> {
    const { parseSearchSpaceText } = await import("../../../experiment/draft/config-text.ts");
    const searchSpace = await parseSearchSpaceText(this.spaceText);
    return { config: this.config, searchSpace, seed: this.seed, preset: this.preset };
  }

  async check(): Promise<void> {
    const check = ++this.#checks;
    // That it is missing is said already.
    if (this.missing === "search-space" && this.spaceText.trim() === "") {
      [this.estimate, this.error, this.checking] = [null, null, false];
      return;
    }
    this.checking = true;
    let [estimate, error]: [CostEstimate | null, ErrorRecord | null] = [null, null];
    try {
      estimate = await this.app.tabtune.estimate(await this.#draft());
    } catch (thrown) {
      error = toErrorRecord(thrown);
    }
    if (check !== this.#checks) return;
    [this.estimate, this.error, this.checking] = [estimate, error, false];
    if (error === null && this.missing === "search-space") this.missing = null;
  }

  /** Creates, shows and starts the experiment; what is wrong with it is shown beside the form. */
  async start(): Promise<void> {
    if (this.starting) return;
    this.starting = true;
    try {
      await this.app.createAndStart(await this.#draft());
      this.app.draft = null;
      keepDraft(null);
    } catch (thrown) {
      this.error = toErrorRecord(thrown);
    } finally {
      this.starting = false;
    }
  }
}
