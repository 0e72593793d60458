import type { DatasetName } from "../core/config/types.ts";
import { AppError } from "../core/errors.ts";
import type { DownloadStore } from "../storage/download-store.ts";
import { ensureFreeSpace } from "../storage/quota.ts";
import type { ShardStore } from "../storage/shard-store.ts";
import type {
  CachedDataset,
  DataProgress,
  DatasetManifest,
  NamedBlob,
  PlannedShard,
  ShardInfo,
} from "./dataset.ts";
import type { DatasetDefinition } from "./definition.ts";
import { createDownload, pause, throwIfAborted, untilOnline, type RetryOptions } from "./download.ts";
import { storedManifest } from "./load.ts";
import { imageCount, manifestToJson, shardBytes } from "./manifests.ts";
import { ProgressMeter } from "./progress.ts";
import { allDatasets, datasetOf } from "./sets/registry.ts";
import { plannedShards } from "./shards.ts";
import { blobFile } from "./sources/blob-file.ts";
import { datasetSources } from "./sources/catalogue.ts";
import { findSource, isFileOf } from "./sources/find-source.ts";
import { fetchManifest } from "./sources/shard-folder.ts";
import type { DataFile, ShardPiece, SourceContext } from "./sources/source.ts";
import { verifyShard } from "./verify.ts";
import { word } from "../core/words/index.ts";

/** What the service needs of the world around it. */
export interface DatasetEnvironment {
  readonly shards: ShardStore;
  readonly downloads: DownloadStore;
  readonly fetch: typeof fetch;
  /** Whether there surely is no network. */
  readonly offline: () => boolean;
  /** Address of the page, with a slash at the end. */
  readonly baseUrl: string;
  readonly now: () => number;
  /** See SourceContext. */
  readonly readAsset: (url: URL) => Promise<Uint8Array>;
  readonly retry?: RetryOptions;
}

/** Which data set from where. */
export interface PrepareRequest {
  readonly dataset: DatasetName;
  readonly sourceId: string;
  /** The user's own, for a source that is files. */
  readonly files: readonly NamedBlob[] | null;
}

/** A shard as it must be; without a digest until it is read for the first time. */
type WantedShard = PlannedShard & Partial<Pick<ShardInfo, "sha256">>;

/** A shard that arrives damaged is fetched again after these waits. */
const corruptBackOffMs = [500, 2000, 6000] as const;

/** Brings data sets into storage, verified, and says what is there. */
export class DatasetService {
  constructor(private readonly environment: DatasetEnvironment) {}

  /** Idempotent: what is stored is not fetched again, and what was received of an unfinished file is used.
   *  @throws AppError "aborted", "download-failed", "dataset-corrupt", "dataset-format", "dataset-unavailable",
   *  "dataset-unknown", "storage-quota" */
  async prepare(
    signal: AbortSignal,
    request: PrepareRequest,
    onProgress: (progress: DataProgress) => void,
  ): Promise<void> {
    const { shards, now, retry } = this.environment;
    const { dataset } = request;
    const { info, source, folderUrl } = findSource(dataset, request.sourceId);
    const definition = datasetOf(dataset);
    const all = await this.wantedShards(signal, request, onProgress);
    const missing = await this.missingShards(dataset, all);
    const missingBytes = shardBytes(missing);
    const downloads = info.kind === "public-host" && folderUrl === null;
    const total = downloads
      ? info.downloadBytes
      : info.kind === "file"
        ? (request.files ?? []).reduce((bytes, { blob }) => bytes + blob.size, 0)
        : missingBytes;
    const meter = new ProgressMeter(total, now, onProgress);
    if (missing.length === 0) return meter.finish();
    // A download keeps what it received until it is complete.
    await ensureFreeSpace(missingBytes + (downloads ? info.downloadBytes : 0));
    await this.remember(definition, all);

    const received: string[] = [];
    const download = createDownload({
      ...this.environment,
      store: this.environment.downloads,
      onBytes: (count, resumed) => meter.add(count, resumed),
      onOffline: meter.setOffline,
      ...(retry ? { retry } : {}),
    });
    const wanted = new Map(missing.map((one) => [one.name, one]));
    const context: SourceContext = {
      signal,
      shards: all,
      get missing() {
        return new Set(wanted.keys());
      },
      files: (request.files ?? []).map((file) => watched(file, signal, meter)),
      folderUrl: folderUrl && folderUrl(this.environment.baseUrl),
      download: {
        open: (ownSignal, url) => {
          received.push(url);
          return download.open(ownSignal, url);
        },
        discard: (url) => download.discard(url),
      },
      phase: meter.setPhase,
      readAsset: this.environment.readAsset,
    };
    const verified = new Map<string, ShardInfo>();
    const store = async (piece: ShardPiece): Promise<void> => {
      if (!wanted.has(piece.name)) return;
      const shard = await verifyShard(wanted.get(piece.name)!, piece.bytes, definition.shape);
      verified.set(shard.name, shard);
      throwIfAborted(signal);
      await shards.put({ dataset, ...entryOf(shard) }, piece.bytes);
      wanted.delete(piece.name);
      if (info.kind === "generated") meter.add(shard.sizeBytes, false);
    };

    const receive = async (): Promise<void> => {
      for await (const piece of source(context)) {
        await store(piece);
        if (wanted.size === 0) break;
      }
      throwIfAborted(signal);
      if (wanted.size > 0)
        throw new AppError(
          "dataset-corrupt",
          word("not-all-held", { source: info.id, dataset, missing: [...wanted.keys()] }),
          { source: info.id, missing: wanted.size },
        );
    };

    for (let failures = 0; wanted.size > 0; failures++) {
      try {
        await receive();
      } catch (thrown) {
        // Without a manifest nothing says what these shards are.
        for (const { name, sha256 } of all)
          if (sha256 === undefined && verified.has(name)) await shards.removeShard(dataset, name);
        if (!isDamage(thrown)) throw thrown;
        // Never use a damaged part again.
        for (const url of received.splice(0)) await download.discard(url);
        const wait = corruptBackOffMs[failures];
        if (folderUrl === null || wait === undefined) throw thrown;
        await pause(signal, retry ? (retry.backOffMs[failures] ?? wait) : wait);
      }
    }
    for (const url of received) await download.discard(url);
    await this.remember(
      definition,
      all.map((shard) => verified.get(shard.name) ?? shard),
    );
    meter.finish();
  }

  /** What is stored of each data set, without reading images. */
  async cached(): Promise<CachedDataset[]> {
    const { shards, downloads } = this.environment;
    const parts = await downloads.list();
    return Promise.all(
      allDatasets().map(async (definition) => {
        const dataset = definition.name;
        const manifest = await storedManifest(shards, definition);
        const all = manifest?.shards ?? plannedShards(definition);
        const missing = await this.missingShards(dataset, all);
        return {
          dataset,
          complete: missing.length === 0,
          shards: all.length - missing.length,
          shardsTotal: all.length,
          sizeBytes: shardBytes(all) - shardBytes(missing),
          trainImages: imageCount(all, "train"),
          testImages: imageCount(all, "test"),
          partialBytes: parts
            .filter(({ url }) => isFileOf(definition, url))
            .reduce((bytes, part) => bytes + part.receivedBytes, 0),
        };
      }),
    );
  }

  /** Deletes a data set and received parts of it. */
  async remove(dataset: DatasetName): Promise<void> {
    const { shards, downloads } = this.environment;
    await shards.remove(dataset);
    for (const { url } of await downloads.list())
      if (isFileOf(datasetOf(dataset), url)) await downloads.remove(url);
  }

  /** The size of what this origin serves itself, null for nothing. */
  async sameOriginBytes(signal: AbortSignal, dataset: DatasetName): Promise<number | null> {
    const own = datasetSources(dataset).find(({ kind }) => kind === "same-origin");
    if (!own) return null;
    const manifest = await this.offeredManifest(signal, dataset, own.id);
    return manifest && shardBytes(manifest.shards);
  }

  /** A folder of shards may hold a part of a data set; everything else is the canonical whole. A complete whole stays. */
  private async wantedShards(
    signal: AbortSignal,
    { dataset, sourceId }: PrepareRequest,
    onProgress: (progress: DataProgress) => void,
  ): Promise<readonly WantedShard[]> {
    const { offline } = this.environment;
    const whole = await this.wholeSet(datasetOf(dataset));
    if (findSource(dataset, sourceId).folderUrl === null) return whole;
    if ((await this.missingShards(dataset, whole)).length === 0) return whole;
    for (;;) {
      const offered = await this.offeredManifest(signal, dataset, sourceId);
      throwIfAborted(signal);
      if (offered) return offered.shards;
      if (!offline()) break;
      onProgress({ phase: "offline", doneBytes: 0, totalBytes: shardBytes(whole), remainingMs: null });
      await untilOnline(signal, offline);
    }
    throw new AppError(
      "dataset-unavailable",
      word("not-served", { source: sourceId, dataset }),
      { dataset, source: sourceId },
    );
  }

  /** All of a data set: as is known, as the first reading found it, or as its first reading has to find it. */
  private async wholeSet(definition: DatasetDefinition): Promise<readonly WantedShard[]> {
    if (definition.manifest) return definition.manifest.shards;
    const planned = plannedShards(definition);
    const stored = (await storedManifest(this.environment.shards, definition))?.shards ?? [];
    const isWhole = (["train", "test"] as const).every(
      (split) => imageCount(stored, split) === definition.counts[split],
    );
    // What nothing is left of binds nobody: other files may take its place.
    const isHere =
      (await this.missingShards(definition.name, stored)).length < stored.length;
    return isWhole && isHere ? stored : planned;
  }

  /** Keeps the manifest once every digest is known. */
  private async remember(
    { name: dataset, shape }: DatasetDefinition,
    shards: readonly WantedShard[],
  ): Promise<void> {
    const known = shards.flatMap(({ sha256, ...shard }) => (sha256 ? [{ ...shard, sha256 }] : []));
    if (known.length < shards.length) return;
    const manifest = manifestToJson({ dataset, classes: shape.classes, shards: known });
    await this.environment.shards.setManifest(dataset, manifest);
  }

  private async offeredManifest(
    signal: AbortSignal,
    dataset: DatasetName,
    sourceId: string,
  ): Promise<DatasetManifest | null> {
    const { folderUrl } = findSource(dataset, sourceId);
    const { fetch: request, baseUrl } = this.environment;
    return folderUrl && fetchManifest(signal, request, folderUrl(baseUrl), datasetOf(dataset));
  }

  /** A stored shard counts when its digest is that of the manifest; its bytes are checked whenever they are loaded. */
  private async missingShards(
    dataset: DatasetName,
    shards: readonly WantedShard[],
  ): Promise<WantedShard[]> {
    const stored = await this.environment.shards.list(dataset);
    const digests = new Map(stored.map(({ name, sha256 }) => [name, sha256]));
    return shards.filter(
      ({ name, sha256 }) => sha256 === undefined || digests.get(name) !== sha256,
    );
  }
}

/** A file whose bytes are counted as they are read. */
const watched = (file: NamedBlob, signal: AbortSignal, meter: ProgressMeter): DataFile => ({
  name: file.name,
  async *open() {
    for await (const chunk of blobFile(file).open()) {
      throwIfAborted(signal);
      meter.add(chunk.length, false);
      yield chunk;
    }
  },
});

const entryOf = ({ name, count, sizeBytes, sha256 }: ShardInfo) => ({
  name,
  count,
  sizeBytes,
  sha256,
});

const isDamage = (thrown: unknown): boolean =>
  thrown instanceof AppError &&
  (thrown.code === "dataset-corrupt" || thrown.code === "dataset-format");
