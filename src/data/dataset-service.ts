import type { DatasetName } from "../core/config/types.ts";
import { AppError } from "../core/errors.ts";
import type { DownloadStore } from "../storage/download-store.ts";
import { ensureFreeSpace } from "../storage/quota.ts";
import type { ShardStore } from "../storage/shard-store.ts";
import type { CachedDataset, DataProgress, DatasetManifest, ShardInfo } from "./dataset.ts";
import { createDownload, pause, throwIfAborted, untilOnline, type RetryOptions } from "./download.ts";
import { storedManifest } from "./load.ts";
import { imageCount, manifestBytes, manifests, manifestToJson } from "./manifests.ts";
import { ProgressMeter } from "./progress.ts";
import { datasetSources } from "./sources/catalogue.ts";
import { findSource } from "./sources/find-source.ts";
import { fetchManifest } from "./sources/shard-folder.ts";
import type { ShardPiece, SourceContext } from "./sources/source.ts";
import { verifyShard } from "./verify.ts";

export interface DatasetEnvironment {
  readonly shards: ShardStore;
  readonly downloads: DownloadStore;
  readonly fetch: typeof fetch;
  /** Whether there surely is no network. */
  readonly offline: () => boolean;
  /** Address of the page, with a slash at the end. */
  readonly baseUrl: string;
  readonly now: () => number;
  readonly loadOrder: () => Promise<Uint16Array>;
  readonly retry?: RetryOptions;
}

export interface PrepareRequest {
  readonly dataset: DatasetName;
  readonly sourceId: string;
  readonly file: Blob | null;
}

/** A shard that arrives damaged is fetched again after these waits. */
const corruptBackOffMs = [500, 2000, 6000] as const;

/** Brings data sets into storage, verified, and says what is there. */
export class DatasetService {
  constructor(private readonly environment: DatasetEnvironment) {}

  /** Idempotent: what is stored is not fetched again, and what was received of an unfinished file is used.
   *  @throws AppError "aborted", "download-failed", "dataset-corrupt", "dataset-format", "dataset-unavailable",
   *  "storage-quota" */
  async prepare(
    signal: AbortSignal,
    request: PrepareRequest,
    onProgress: (progress: DataProgress) => void,
  ): Promise<void> {
    const { shards, now, retry } = this.environment;
    const { dataset } = request;
    const { info, source, folderUrl } = findSource(dataset, request.sourceId);
    const manifest = await this.wantedManifest(signal, request, onProgress);
    const missing = await this.missingShards(manifest);
    const missingBytes = sum(missing);
    const downloads = info.kind === "public-host" && folderUrl === null;
    const total = downloads
      ? info.downloadBytes
      : info.kind === "file"
        ? (request.file?.size ?? 0)
        : missingBytes;
    const meter = new ProgressMeter(total, now, onProgress);
    if (missing.length === 0) return meter.finish();
    // A download keeps what it received until it is complete.
    await ensureFreeSpace(missingBytes + (downloads ? info.downloadBytes : 0));
    await shards.setManifest(dataset, manifestToJson(manifest));

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
      manifest,
      get missing() {
        return new Set(wanted.keys());
      },
      file: request.file,
      folderUrl: folderUrl && folderUrl(this.environment.baseUrl),
      download: {
        open: (ownSignal, url) => {
          received.push(url);
          return download.open(ownSignal, url);
        },
        discard: (url) => download.discard(url),
      },
      onFileBytes: (count) => meter.add(count, false),
      phase: meter.setPhase,
      loadOrder: this.environment.loadOrder,
    };
    const store = async (piece: ShardPiece): Promise<void> => {
      const shard = wanted.get(piece.name);
      if (!shard) return;
      await verifyShard(shard, piece.bytes);
      throwIfAborted(signal);
      await shards.put({ dataset, ...entryOf(shard) }, piece.bytes);
      wanted.delete(piece.name);
      if (info.kind === "generated") meter.add(shard.sizeBytes, false);
    };

    for (let failures = 0; wanted.size > 0; failures++) {
      try {
        for await (const piece of source(context)) {
          await store(piece);
          if (wanted.size === 0) break;
        }
        throwIfAborted(signal);
        if (wanted.size > 0)
          throw new AppError(
            "dataset-corrupt",
            `${info.id} does not hold all of ${dataset}: ${[...wanted.keys()].join(", ")} missing.`,
            { source: info.id, missing: wanted.size },
          );
      } catch (thrown) {
        if (!isDamage(thrown)) throw thrown;
        // Never use a damaged part again.
        for (const url of received.splice(0)) await download.discard(url);
        const wait = corruptBackOffMs[failures];
        if (folderUrl === null || wait === undefined) throw thrown;
        await pause(signal, retry ? (retry.backOffMs[failures] ?? wait) : wait);
      }
    }
    for (const url of received) await download.discard(url);
    meter.finish();
  }

  /** What is stored of each data set, without reading images. */
  async cached(): Promise<CachedDataset[]> {
    const { shards, downloads } = this.environment;
    const parts = await downloads.list();
    const partialBytes = parts.reduce((bytes, part) => bytes + part.receivedBytes, 0);
    return Promise.all(
      (Object.keys(manifests) as DatasetName[]).map(async (dataset) => {
        const manifest = await storedManifest(shards, dataset);
        const missing = await this.missingShards(manifest);
        return {
          dataset,
          complete: missing.length === 0,
          shards: manifest.shards.length - missing.length,
          shardsTotal: manifest.shards.length,
          sizeBytes: manifestBytes(manifest) - sum(missing),
          trainImages: imageCount(manifest, "train"),
          testImages: imageCount(manifest, "test"),
          // Only CIFAR-10 is ever downloaded.
          partialBytes: dataset === "cifar10" ? partialBytes : 0,
        };
      }),
    );
  }

  /** Deletes a data set and received parts of it. */
  async remove(dataset: DatasetName): Promise<void> {
    const { shards, downloads } = this.environment;
    await shards.remove(dataset);
    if (dataset !== "cifar10") return;
    for (const { url } of await downloads.list()) await downloads.remove(url);
  }

  /** The size of what this origin serves itself, null for nothing. */
  async sameOriginBytes(signal: AbortSignal, dataset: DatasetName): Promise<number | null> {
    const own = datasetSources(dataset).find(({ kind }) => kind === "same-origin");
    if (!own) return null;
    const manifest = await this.offeredManifest(signal, dataset, own.id);
    return manifest && manifestBytes(manifest);
  }

  /** A folder of shards may hold a part of a data set; everything else is the canonical whole. A complete whole stays. */
  private async wantedManifest(
    signal: AbortSignal,
    { dataset, sourceId }: PrepareRequest,
    onProgress: (progress: DataProgress) => void,
  ): Promise<DatasetManifest> {
    const { offline } = this.environment;
    const whole = manifests[dataset];
    if (findSource(dataset, sourceId).folderUrl === null) return whole;
    if ((await this.missingShards(whole)).length === 0) return whole;
    for (;;) {
      const offered = await this.offeredManifest(signal, dataset, sourceId);
      throwIfAborted(signal);
      if (offered) return offered;
      if (!offline()) break;
      onProgress({ phase: "offline", doneBytes: 0, totalBytes: sum(whole.shards), remainingMs: null });
      await untilOnline(signal, offline);
    }
    throw new AppError(
      "dataset-unavailable",
      `${sourceId} does not serve ${dataset} (\`npm run data\` prepares it). Choose another source.`,
      { dataset, source: sourceId },
    );
  }

  private async offeredManifest(
    signal: AbortSignal,
    dataset: DatasetName,
    sourceId: string,
  ): Promise<DatasetManifest | null> {
    const { folderUrl } = findSource(dataset, sourceId);
    const { fetch: request, baseUrl } = this.environment;
    return folderUrl && fetchManifest(signal, request, folderUrl(baseUrl), dataset);
  }

  /** A stored shard counts when its digest is that of the manifest; its bytes are checked whenever they are loaded. */
  private async missingShards(manifest: DatasetManifest): Promise<ShardInfo[]> {
    const stored = await this.environment.shards.list(manifest.dataset);
    const digests = new Map(stored.map(({ name, sha256 }) => [name, sha256]));
    return manifest.shards.filter(({ name, sha256 }) => digests.get(name) !== sha256);
  }
}

const sum = (shards: readonly ShardInfo[]): number =>
  shards.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);

const entryOf = ({ name, count, sizeBytes, sha256 }: ShardInfo) => ({
  name,
  count,
  sizeBytes,
  sha256,
});

const isDamage = (thrown: unknown): boolean =>
  thrown instanceof AppError &&
  (thrown.code === "dataset-corrupt" || thrown.code === "dataset-format");
