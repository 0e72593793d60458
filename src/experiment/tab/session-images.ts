import { AppError, toErrorRecord } from "../../core/errors.ts";
import type { ExperimentState } from "../../core/journal/index.ts";
import type { JsonObject } from "../../core/json.ts";
import type { DataProgress, NamedBlob } from "../../data/dataset.ts";
import type { DataService } from "../api.ts";
import type { Orchestrator } from "../run/orchestrator.ts";
import { word } from "../../core/words/index.ts";

/** The images that one experiment trains on: whether they are here, and how they come. */
export class SessionImages {
  readonly #data: DataService;
  readonly #onProgress: () => void;
  #progress: DataProgress | null = null;
  #abort: AbortController | null = null;
  #closed = false;

  constructor(data: DataService, onProgress: () => void) {
    this.#data = data;
    this.#onProgress = onProgress;
  }

  /** How far they are; null when none are on their way. */
  get progress(): DataProgress | null {
    return this.#progress;
  }

  async areHere(state: ExperimentState): Promise<boolean> {
    const { dataset } = state.definition.config.training;
    const cached = await this.#data.cached();
    return cached.some((one) => one.dataset === dataset && one.complete);
  }

  /** Gives up what is on its way. @returns whether anything was */
  abort(): boolean {
    this.#abort?.abort();
    return this.#abort !== null;
  }

  close(): void {
    this.#closed = true;
    this.abort();
  }

  /** Where they came from the last time; null if that was a file, which only its owner can give again. */
  sourceToAskAgain(state: ExperimentState): string | null {
    const id = lastSource(state);
    const sources = this.#data.sources(state.definition.config.training.dataset);
    return sources.find((source) => source.id === id)?.kind === "file" ? null : id;
  }

  /** Brings them here and notes in the journal from where.
   *  @param files the user's own, for a source that is files
   *  @throws AppError "dataset-unavailable" without a source, and whatever ended the download */
  async prepare(
    orchestrator: Orchestrator,
    sourceId: string | null,
    files: readonly NamedBlob[] | null,
  ): Promise<void> {
    const { dataset } = orchestrator.state.definition.config.training;
    if (sourceId === null)
      throw new AppError("dataset-unavailable", word("dataset-not-here", { dataset }), {
        dataset,
      });
    const abort = new AbortController();
    this.#abort = abort;
    try {
      await orchestrator.note("data-source", { dataset, sourceId });
      await orchestrator.setStatus("preparing", "data");
      await this.#data.prepare(abort.signal, { dataset, sourceId, files }, (progress) => {
        // Progress travels by another port than the end and may come after it.
        if (this.#abort !== abort) return;
        this.#progress = progress;
        this.#onProgress();
      });
    } catch (error) {
      const record = toErrorRecord(error, "download-failed");
      // A closing tab only interrupts: opened again, the download goes on.
      if (!this.#closed)
        await (record.code === "aborted"
          ? orchestrator.setStatus("idle", "user")
          : orchestrator.setStatus("failed", "error", record));
      throw error;
    } finally {
      this.#abort = null;
      this.#progress = null;
      this.#onProgress();
    }
  }
}

function lastSource(state: ExperimentState): string | null {
  for (const event of [...state.log].reverse())
    if (event.type === "note" && event.code === "data-source") {
      const { sourceId } = event.details as JsonObject;
      return typeof sourceId === "string" ? sourceId : null;
    }
  return null;
}
