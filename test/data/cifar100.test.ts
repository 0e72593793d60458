import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import { createMemoryShardStore } from "../../scripts/headless/lib/memory-shards.ts";
import { DatasetService } from "../../src/data/dataset-service.ts";
import { loadImages, loadSplit } from "../../src/data/load.ts";
import { cifar100 } from "../../src/data/sets/cifar100/index.ts";
import { parseDroppedFiles } from "../../src/experiment/draft/dropped-files.ts";
import type { DownloadStore } from "../../src/storage/download-store.ts";
import { tar } from "./make-files.ts";

const stride = 2 + 3072;
/** Of image i. */
const level = (i: number, seed: number): number => (i * 31 + seed) % 251;
/** Blue is darker, as in the photographs. */
const blue = (i: number, seed: number): number => Math.floor(0.9 * level(i, seed));

/** Image i has the fine label i % 100, its coarse label is another, and its bytes are its own. */
const records = (count: number, seed: number): Uint8Array => {
  const bytes = new Uint8Array(count * stride);
  for (let i = 0; i < count; i++) {
    bytes.fill(level(i, seed), i * stride, (i + 1) * stride);
    bytes.fill(blue(i, seed), (i + 1) * stride - 1024, (i + 1) * stride);
    bytes.set([(i % 100) % 20, i % 100], i * stride);
  }
  return bytes;
};
const archive = (files: Readonly<Record<string, Uint8Array>>) => ({
  name: "cifar-100-binary.tar.gz",
  blob: new Blob([new Uint8Array(gzipSync(tar(files), { level: 1 }))]),
});
const whole = {
  "cifar-100-binary/fine_label_names.txt": new Uint8Array(9),
  "cifar-100-binary/test.bin": records(10_000, 7),
  "cifar-100-binary/train.bin": records(50_000, 0),
};

let shards = createMemoryShardStore();
beforeEach(() => void (shards = createMemoryShardStore()));
const none = (): never => {
  throw new TypeError("not needed");
};
const prepare = (files: Readonly<Record<string, Uint8Array>>): Promise<void> =>
  new DatasetService({
    ...{ shards, downloads: { list: async () => [] } as unknown as DownloadStore, fetch: none },
    ...{ readAsset: none, offline: () => false, baseUrl: "http://localhost/", now: Date.now },
  }).prepare(
    new AbortController().signal,
    { dataset: "cifar100", sourceId: "cifar100-file", files: [archive(files)] },
    () => undefined,
  );

describe("CIFAR-100", () => {
  test("has its hundred classes in the official order", () => {
    const { classes } = cifar100.shape;
    expect(classes).toHaveLength(100);
    expect([...classes].sort()).toEqual(classes);
    expect([0, 1, 9, 53, 99].map((label) => classes[label])).toEqual([
      ...["apple", "aquarium fish", "bottle", "orange", "worm"],
    ]);
  });

  test("is read with its fine labels, twelve shards of 5,000", async () => {
    await prepare(whole);
    const train = await loadSplit(shards, "cifar100", "train");
    expect(train.labels).toHaveLength(50_000);
    expect([...train.labels.subarray(98, 102)]).toEqual([98, 99, 0, 1]);
    const { images, labels } = await loadImages(shards, "cifar100", "test", [9_999]);
    expect([labels[0], images[0], images.at(-1)]).toEqual([99, level(9_999, 7), blue(9_999, 7)]);
    expect(await shards.list("cifar100")).toHaveLength(12);
  });

  test("of which something is missing is refused", async () => {
    const { "cifar-100-binary/test.bin": held, ...rest } = whole;
    await expect(prepare(rest)).rejects.toThrow("test.bin is not in cifar-100-binary.tar.gz");
    await expect(
      prepare({ ...rest, "cifar-100-binary/test.bin": held.subarray(stride) }),
    ).rejects.toThrow("should hold 10000 images, but holds 9999");
  });

  test("is told from CIFAR-10 by what its archive holds, whatever it is called", async () => {
    const { blob } = archive({ "cifar-100-binary/train.bin": new Uint8Array(3) });
    expect(await parseDroppedFiles([{ name: "x", blob }], 1)).toMatchObject({
      dataset: "cifar100",
    });
    const ten = archive({ "cifar-10-batches-bin/data_batch_1.bin": new Uint8Array(3) });
    expect(await parseDroppedFiles([{ ...ten, name: "y" }], 1)).toMatchObject({
      dataset: "cifar10",
    });
  });
});
