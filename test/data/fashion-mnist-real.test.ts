import { existsSync, openAsBlob } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createMemoryShardStore } from "../../scripts/headless/lib/memory-shards.ts";
import { DatasetService } from "../../src/data/dataset-service.ts";
import type { NamedBlob } from "../../src/data/dataset.ts";
import { loadSplit } from "../../src/data/load.ts";
import { fashionMnist } from "../../src/data/sets/fashion-mnist/index.ts";
import type { ImageSet } from "../../src/engine/network-engine.ts";
import { parseDroppedFiles } from "../../src/experiment/draft/dropped-files.ts";
import type { DownloadStore } from "../../src/storage/download-store.ts";

const folder = "/usr/share/datasets/fashion-mnist";
const present = existsSync(folder);
if (!present)
  console.log(`skipped: tests of the real Fashion-MNIST need ${folder} (Debian's dataset-fashion-mnist)`);
const where = present ? `from ${folder}` : `(skipped: no ${folder})`;

describe.skipIf(!present)(`Fashion-MNIST ${where}`, () => {
  const shards = createMemoryShardStore();
  let files: NamedBlob[] = [];
  let train: ImageSet;
  let held: ImageSet;
  beforeAll(async () => {
    const names = fashionMnist.files!.choices[0]!;
    files = await Promise.all(
      names.map(async (name) => ({ name, blob: await openAsBlob(join(folder, name)) })),
    );
    const none = (): never => {
      throw new TypeError("no request is expected");
    };
    const service = new DatasetService({
      ...{ shards, downloads: { list: async () => [] } as unknown as DownloadStore, fetch: none },
      ...{ readAsset: none, offline: () => false, baseUrl: "http://localhost/", now: Date.now },
    });
    const request = { dataset: "fashion-mnist", sourceId: "fashion-mnist-file", files };
    await service.prepare(new AbortController().signal, request, () => undefined);
    train = await loadSplit(shards, "fashion-mnist", "train");
    held = await loadSplit(shards, "fashion-mnist", "test");
  });

  test("gives 60,000 and 10,000 images, as many of each class", () => {
    const perClass = (labels: Uint8Array): number[] =>
      Array.from({ length: 10 }, (_, c) => labels.filter((label) => label === c).length);
    expect(perClass(train.labels)).toEqual(new Array(10).fill(6_000));
    expect(perClass(held.labels)).toEqual(new Array(10).fill(1_000));
    // The first training image is a boot, whose sole is brighter than the sky above it.
    expect(train.labels[0]).toBe(9);
    const rows = (from: number, to: number): number =>
      train.images.subarray(28 * from, 28 * to).reduce((sum, byte) => sum + byte, 0);
    expect(rows(20, 25)).toBeGreaterThan(10 * rows(0, 5));
  });

  test("has the mean and deviation that its definition says", () => {
    let [sum, squares] = [0, 0];
    for (const byte of train.images) {
      sum += byte;
      squares += byte * byte;
    }
    const mean = sum / train.images.length;
    const std = Math.sqrt(squares / train.images.length - mean * mean);
    expect(mean / 255).toBeCloseTo(fashionMnist.shape.mean[0]!, 3);
    expect(std / 255).toBeCloseTo(fashionMnist.shape.std[0]!, 3);
  });

  test("is not taken for MNIST, whose files have the same names and sizes", async () => {
    expect(await parseDroppedFiles(files, 1)).toEqual({
      ...{ kind: "images", dataset: "fashion-mnist", files },
    });
  });
});
