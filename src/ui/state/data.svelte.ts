import { toErrorRecord } from "../../core/errors.ts";
import type { DatasetName } from "../../core/config/types.ts";
import type { CachedDataset, DataProgress, DatasetSourceInfo } from "../../data/dataset.ts";
import type { PageActs } from "./page-acts.ts";

/** What lies in this browser, where more can come from, and a download in progress. */
export class DataStore {
  cached: readonly CachedDataset[] = $state.raw([]);
  storage: { usedBytes: number; quotaBytes: number; persisted: boolean } | null = $state.raw(null);
  /** Whether this site serves CIFAR-10 itself; null until asked. */
  sameOrigin: boolean | null = $state(null);
  /** The source chosen for CIFAR-10; null = the best one there is. */
  chosenSource: string | null = $state(null);
  /** An official archive the user picked or dropped. */
  file: File | Blob | null = $state.raw(null);
  progress: DataProgress | null = $state.raw(null);
  /** The set that is being fetched. */
  preparing: DatasetName | null = $state(null);
  #abort: AbortController | null = null;

  constructor(readonly app: PageActs) {}

  isCached(dataset: DatasetName): boolean {
    return this.cached.some((entry) => entry.dataset === dataset && entry.complete);
  }

  /** Sources a user can choose between, those that are there first. */
  options(dataset: DatasetName): readonly DatasetSourceInfo[] {
    return this.app.tabtune.data
      .sources(dataset)
      .filter((source) => source.kind !== "same-origin" || this.sameOrigin === true)
      .filter((source) => source.kind !== "file" || this.file !== null);
  }

  /** What Start uses: nothing for a cached set, the picked file, this site, or the chosen public host. */
  sourceFor(dataset: DatasetName): DatasetSourceInfo | null {
    if (this.isCached(dataset)) return null;
    const options = this.options(dataset);
    const chosen = options.find((source) => source.id === this.chosenSource);
    const rank = { file: 0, generated: 1, "same-origin": 2, "public-host": 3 } as const;
    return chosen ?? [...options].sort((a, b) => rank[a.kind] - rank[b.kind])[0] ?? null;
  }

  async refresh(): Promise<void> {
    const service = this.app.tabtune.data;
    [this.cached, this.storage, this.sameOrigin] = await Promise.all([
      service.cached(),
      service.storage(),
      service.sameOriginAvailable("cifar10"),
    ]);
  }

  /** Keeps the archive for the next Start and imports it at once: the user gave it for that. */
  async useFile(dataset: DatasetName, file: Blob): Promise<void> {
    this.file = file;
    const source = this.app.tabtune.data.sources(dataset).find((s) => s.kind === "file");
    if (!source) return;
    this.chosenSource = source.id;
    this.app.go({ page: "data" });
    await this.prepare(dataset);
  }

  /** Downloads or imports now, without an experiment. */
  async prepare(dataset: DatasetName): Promise<void> {
    const source = this.sourceFor(dataset);
    if (!source || this.#abort) return;
    this.#abort = new AbortController();
    this.preparing = dataset;
    try {
      const { signal } = this.#abort;
      await this.app.tabtune.data.prepare(
        signal,
        dataset,
        source.id,
        source.kind === "file" ? this.file : null,
        (progress) => (this.progress = progress),
      );
    } catch (thrown) {
      const error = toErrorRecord(thrown);
      if (error.code !== "aborted") this.app.report(error);
      // A file that is no good must not be taken again by the next Start.
      if (source.kind === "file" && /^dataset-(format|corrupt)$/.test(error.code)) {
        this.file = null;
        this.chosenSource = null;
      }
    } finally {
      this.#abort = null;
      this.preparing = null;
      this.progress = null;
      await this.app.attempt(() => this.refresh());
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }

  remove(dataset: DatasetName): Promise<unknown> {
    return this.app.attempt(async () => {
      await this.app.tabtune.data.remove(dataset);
      await this.refresh();
    });
  }
}
