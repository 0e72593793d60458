import { toErrorRecord } from "../../../core/errors.ts";
import type { DatasetName } from "../../../core/config/types.ts";
import type {
  CachedDataset,
  DataProgress,
  DatasetSourceInfo,
  NamedBlob,
} from "../../../data/dataset.ts";
import { allDatasets } from "../../../data/sets/registry.ts";
import type { PageActs } from "../../state/page-acts.ts";

/** What lies in this browser, where more can come from, and a download in progress. */
export class DataStore {
  cached: readonly CachedDataset[] = $state.raw([]);
  storage: { usedBytes: number; quotaBytes: number; persisted: boolean } | null = $state.raw(null);
  /** Data sets that this site serves itself. */
  sameOrigin: ReadonlySet<DatasetName> = $state.raw(new Set());
  /** The user's choices; else the best source there is. */
  chosen: Readonly<Record<DatasetName, string>> = $state.raw({});
  /** Files the user picked or dropped, and the data set they are of. */
  given: { readonly dataset: DatasetName; readonly files: readonly NamedBlob[] } | null =
    $state.raw(null);
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
      .filter((source) => source.kind !== "same-origin" || this.sameOrigin.has(dataset))
      .filter((source) => source.kind !== "file" || this.filesOf(dataset) !== null);
  }

  /** Whether the images come from somewhere, and are not just made here. */
  isBrought(dataset: DatasetName): boolean {
    return this.app.tabtune.data.sources(dataset).some(({ kind }) => kind !== "generated");
  }

  /** Whether the images come from the user's own files, given already or not. */
  isToBeGiven(dataset: DatasetName): boolean {
    if (this.isCached(dataset) || !this.isBrought(dataset)) return false;
    const source = this.sourceFor(dataset);
    return source === null || source.kind === "file";
  }

  /** Files that were given for this data set. */
  filesOf(dataset: DatasetName): readonly NamedBlob[] | null {
    return this.given?.dataset === dataset ? this.given.files : null;
  }

  /** @param sourceId null: the best there is */
  choose(dataset: DatasetName, sourceId: string | null): void {
    const { [dataset]: _, ...others } = this.chosen;
    this.chosen = sourceId === null ? others : { ...others, [dataset]: sourceId };
  }

  /** What Start uses: nothing for a cached set, the picked file, this site, or the chosen public host. */
  sourceFor(dataset: DatasetName): DatasetSourceInfo | null {
    if (this.isCached(dataset)) return null;
    const options = this.options(dataset);
    const chosen = options.find((source) => source.id === this.chosen[dataset]);
    const rank = { file: 0, generated: 1, "same-origin": 2, "public-host": 3 } as const;
    return chosen ?? [...options].sort((a, b) => rank[a.kind] - rank[b.kind])[0] ?? null;
  }

  async refresh(): Promise<void> {
    const service = this.app.tabtune.data;
    let served: readonly DatasetName[];
    [this.cached, this.storage, served] = await Promise.all([
      service.cached(),
      service.storage(),
      this.#servedHere(),
    ]);
    this.sameOrigin = new Set(served);
  }

  async #servedHere(): Promise<readonly DatasetName[]> {
    const { data } = this.app.tabtune;
    const names = allDatasets().map(({ name }) => name);
    const asked = names.filter((name) =>
      data.sources(name).some(({ kind }) => kind === "same-origin"),
    );
    // A set whose manifest is damaged there is not served there; the others are.
    const answers = await Promise.all(
      asked.map((name) => data.sameOriginAvailable(name).catch(() => false)),
    );
    return asked.filter((_, index) => answers[index]);
  }

  /** Keeps the files for the next Start and imports them at once: the user gave them for that.
   *  @param seen what is done is seen on the page that is open; else it is on the data page */
  async useFiles(
    dataset: DatasetName,
    files: readonly NamedBlob[],
    seen: boolean = false,
  ): Promise<void> {
    this.given = { dataset, files };
    const source = this.app.tabtune.data.sources(dataset).find((s) => s.kind === "file");
    if (!source) return;
    this.choose(dataset, source.id);
    if (!seen) this.app.go({ page: "data" });
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
      const files = source.kind === "file" ? this.filesOf(dataset) : null;
      const request = { dataset, sourceId: source.id, files };
      await this.app.tabtune.data.prepare(
        signal,
        request,
        (progress) => (this.progress = progress),
      );
    } catch (thrown) {
      const error = toErrorRecord(thrown);
      if (error.code !== "aborted") this.app.report(error);
      // A file that is no good must not be taken again by the next Start.
      if (source.kind === "file" && /^dataset-(format|corrupt)$/.test(error.code)) {
        this.given = null;
        this.choose(dataset, null);
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
