import "fake-indexeddb/auto";
import { existsSync, openAsBlob, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRng } from "../../src/core/math/rng.ts";
import { DatasetService } from "../../src/data/dataset-service.ts";
import type { DataProgress } from "../../src/data/dataset.ts";
import { loadSplit } from "../../src/data/load.ts";
import type { ImageSet } from "../../src/engine/network-engine.ts";
import { openDatabase, type Database } from "../../src/storage/database.ts";
import { createDownloadStore } from "../../src/storage/download-store.ts";
import { createShardStore, type ShardStore } from "../../src/storage/shard-store.ts";
import { wrapPng } from "./make-files.ts";

const folder = resolve(import.meta.dirname, "../../../shared/cifar10");
const archive = resolve(folder, "cifar-10-binary.tar.gz");
const present = existsSync(archive);
if (!present) console.log(`skipped: tests of the real CIFAR-10 need ${archive}`);
const where = present ? "from the official archive" : `(skipped: no ${archive})`;

describe.skipIf(!present)(`CIFAR-10 ${where}`, () => {
  let database: Database;
  let store: ShardStore;
  let train: ImageSet;
  let testSet: ImageSet;
  const progress: DataProgress[] = [];
  const service = (request: typeof fetch): DatasetService =>
    new DatasetService({
      shards: store,
      downloads: createDownloadStore(database),
      fetch: request,
      offline: () => false,
      baseUrl: "http://localhost/",
      now: Date.now,
      readAsset: async (url) => readFileSync(url),
      retry: { backOffMs: [1, 1], idleMs: 60_000 },
    });
  const noNetwork = (): never => {
    throw new TypeError("no request is expected");
  };
  const never = new AbortController().signal;

  beforeAll(async () => {
    database = await openDatabase({ name: "real-file" });
    store = createShardStore(database);
    const request = {
      dataset: "cifar10",
      sourceId: "cifar10-file",
      files: [{ name: "cifar-10-binary.tar.gz", blob: await openAsBlob(archive) }],
    } as const;
    await service(noNetwork).prepare(never, request, (step) => progress.push(step));
    train = await loadSplit(store, "cifar10", "train");
    testSet = await loadSplit(store, "cifar10", "test");
  }, 300_000);
  afterAll(() => database?.close());

  test("gives 60,000 verified images, 6,000 of each class, training and test apart", () => {
    expect(train.images.length).toBe(50_000 * 3072);
    expect(testSet.images.length).toBe(10_000 * 3072);
    const perClass = (labels: Uint8Array): number[] =>
      Array.from({ length: 10 }, (_, c) => labels.filter((label) => label === c).length);
    expect(perClass(train.labels)).toEqual(new Array(10).fill(5000));
    expect(perClass(testSet.labels)).toEqual(new Array(10).fill(1000));
    expect(progress.at(-1)?.phase).toBe("done");
  });

  test("holds the images of the subset files, label for label", () => {
    const subset = readFileSync(resolve(folder, "subset_test_1000.bin"));
    const key = (label: number, image: Uint8Array): string =>
      `${label} ${Buffer.from(image).toString("latin1")}`;
    const all = new Set(
      Array.from(testSet.labels, (label, i) =>
        key(label, testSet.images.subarray(i * 3072, (i + 1) * 3072)),
      ),
    );
    const found = Array.from({ length: 1000 }, (_, i) => {
      const record = subset.subarray(i * 3073, (i + 1) * 3073);
      return all.has(key(record[0]!, record.subarray(1)));
    });
    expect(found.filter(Boolean)).toHaveLength(1000);
  });

  test("comes to the same shards from a host that keeps it as one picture in another order", async () => {
    const { picture, labels } = sprite(train, testSet);
    const request = (async (url: string) =>
      new Response(url.endsWith(".png") ? picture : labels)) as typeof fetch;
    const other = await openDatabase({ name: "real-sprite" });
    store = createShardStore(other);
    try {
      await service(request).prepare(
        never,
        { dataset: "cifar10", sourceId: "cifar10-learnjs", files: null },
        () => undefined,
      );
      const again = await loadSplit(store, "cifar10", "train");
      expect(Buffer.compare(again.images, train.images)).toBe(0);
      expect(Buffer.compare(again.labels, train.labels)).toBe(0);
    } finally {
      other.close();
    }
  }, 300_000);
});

/** All 60,000 images shuffled: a picture with one image a row, and one-hot labels. */
function sprite(
  train: ImageSet,
  held: ImageSet,
): { picture: Uint8Array<ArrayBuffer>; labels: Uint8Array<ArrayBuffer> } {
  const count = 60_000;
  const order = createRng("sprite").shuffle(Uint32Array.from({ length: count }, (_, i) => i));
  const rows = new Uint8Array(count * 3073);
  const labels = new Uint8Array(count * 10);
  order.forEach((from, row) => {
    const [set, i] = from < 50_000 ? [train, from] : [held, from - 50_000];
    labels[row * 10 + set.labels[i]!] = 1;
    for (let p = 0; p < 1024; p++)
      for (let c = 0; c < 3; c++)
        rows[row * 3073 + 1 + 3 * p + c] = set.images[i * 3072 + c * 1024 + p]!;
  });
  return { picture: wrapPng(1024, count, 2, deflateSync(rows, { level: 0 })), labels };
}
