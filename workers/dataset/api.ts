import { transfer } from "comlink";
import type { DatasetName } from "../../src/core/config/types.ts";
import { AppError } from "../../src/core/errors.ts";
import { DatasetService, type PrepareRequest } from "../../src/data/dataset-service.ts";
import type { CachedDataset, DataProgress, Split } from "../../src/data/dataset.ts";
import { throwIfAborted } from "../../src/data/download.ts";
import { loadImages, toRgba } from "../../src/data/load.ts";
import { datasetOf } from "../../src/data/sets/registry.ts";
import { drawImages } from "../../src/data/sources/generated.ts";
import { imageBytes } from "../../src/engine/dataset-shape.ts";
import { openDatabase, type Database } from "../../src/storage/database.ts";
import { createDownloadStore } from "../../src/storage/download-store.ts";
import { createShardStore } from "../../src/storage/shard-store.ts";

/** Images for a page to draw. */
export interface PagePictures {
  readonly pixels: Uint8ClampedArray<ArrayBuffer>[];
  readonly labels: number[];
  readonly height: number;
  readonly width: number;
}

/** What the dataset worker exposes. Progress comes through `comlink.proxy`. */
export class DatasetWorkerApi {
  private database: Promise<Database> | null = null;
  private readonly running = new Map<number, AbortController>();

  /** @param id chosen by the caller, for `cancel`
   *  @param baseUrl address of the page, with a slash at the end
   *  @throws see DatasetService.prepare */
  async prepare(
    id: number,
    baseUrl: string,
    request: PrepareRequest,
    onProgress: (progress: DataProgress) => void,
  ): Promise<void> {
    const controller = new AbortController();
    this.running.set(id, controller);
    try {
      const service = await this.service(baseUrl);
      await oneAtATime(controller.signal, request.dataset, () =>
        service.prepare(controller.signal, request, onProgress),
      );
    } finally {
      this.running.delete(id);
    }
  }

  /** The pending `prepare` rejects with "aborted"; what has arrived is kept. */
  cancel(id: number): void {
    this.running.get(id)?.abort();
  }

  async cached(): Promise<CachedDataset[]> {
    return (await this.service("")).cached();
  }

  async remove(dataset: DatasetName): Promise<void> {
    return (await this.service("")).remove(dataset);
  }

  /** Bytes this origin would serve itself, null for nothing. */
  async sameOriginBytes(baseUrl: string, dataset: DatasetName): Promise<number | null> {
    return (await this.service(baseUrl)).sameOriginBytes(new AbortController().signal, dataset);
  }

  /** RGBA pixels [height * width * 4] and labels of images by index; drawn ones need not be stored. */
  async images(
    dataset: DatasetName,
    split: Split,
    indices: readonly number[],
  ): Promise<PagePictures> {
    const definition = datasetOf(dataset);
    const { images, labels, shape } = definition.generated
      ? await drawImages(definition, split, indices)
      : await loadImages(createShardStore(await this.open()), dataset, split, indices);
    const size = imageBytes(shape);
    const pixels = indices.map((_, i) => toRgba(images.subarray(i * size, (i + 1) * size), shape));
    const { height, width } = shape;
    return transfer(
      { pixels, labels: [...labels], height, width },
      pixels.map(({ buffer }) => buffer),
    );
  }

  private async service(baseUrl: string): Promise<DatasetService> {
    const database = await this.open();
    return new DatasetService({
      shards: createShardStore(database),
      downloads: createDownloadStore(database),
      fetch: (input, init) => fetch(input, init),
      offline: () => !navigator.onLine,
      baseUrl,
      now: Date.now,
      readAsset: async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer()),
    });
  }

  private open(): Promise<Database> {
    // A newer build takes the database over: this connection is closed, and the next call opens a new one or says why not.
    this.database ??= openDatabase({ onOutdated: () => (this.database = null) });
    this.database.catch(() => (this.database = null));
    return this.database;
  }
}

/** Two tabs that prepare the same data set do it one after the other: the second finds it done. */
async function oneAtATime(
  signal: AbortSignal,
  dataset: DatasetName,
  task: () => Promise<void>,
): Promise<void> {
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return task();
  try {
    await locks.request(`tabtune-dataset-${dataset}`, { signal }, task);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throwIfAborted(signal);
    throw thrown;
  }
}
