import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { createMemoryShardStore } from "../../scripts/headless/lib/memory-shards.ts";
import type { NamedBlob } from "../../src/data/dataset.ts";
import { DatasetService } from "../../src/data/dataset-service.ts";
import { defineDataset } from "../../src/data/definition.ts";
import { loadImages, loadSplit } from "../../src/data/load.ts";
import { registerDataset } from "../../src/data/sets/registry.ts";
import { idxFiles } from "../../src/data/sources/idx-files.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { createDownloadStore, type DownloadStore } from "../../src/storage/download-store.ts";
import { idx } from "./make-files.ts";

registerDataset(
  defineDataset({
    ...{ name: "marks", title: "Marks", credit: "", augment: "crop" },
    shape: { height: 2, width: 2, channels: 1, classes: ["a", "b"], mean: [0.49], std: [0.3] },
    counts: { train: 5_003, test: 20 },
    files: idxFiles,
  }),
);

const named = (name: string, bytes: Uint8Array<ArrayBuffer>): NamedBlob => ({
  name,
  blob: new Blob([bytes]),
});
const bytes = (length: number, level: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 7 + level) % 251);
const zeros = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => i % 2);
const files = (level = 0): NamedBlob[] => [
  named("a", idx([5_003, 2, 2], bytes(20_012, level))),
  named("b", idx([5_003], zeros(5_003))),
  named("c", idx([20, 2, 2], bytes(80, level))),
  named("d", idx([20], zeros(20))),
];

let shards = createMemoryShardStore();
beforeEach(() => void (shards = createMemoryShardStore()));
const none = (): never => {
  throw new TypeError("not needed");
};
const service = (request: typeof fetch = none): DatasetService =>
  new DatasetService({
    ...{ shards, downloads: { list: async () => [] } as unknown as DownloadStore, fetch: request },
    ...{ readAsset: none, offline: () => false, baseUrl: "http://localhost/", now: () => 0 },
  });
const prepare = (given: readonly NamedBlob[]): Promise<void> =>
  service().prepare(
    new AbortController().signal,
    { dataset: "marks", sourceId: "marks-file", files: given },
    () => undefined,
  );
const cached = async () => (await service().cached()).find(({ dataset }) => dataset === "marks");

test("a set without a manifest is known by the digests of its first reading", async () => {
  expect(await cached()).toMatchObject({ complete: false, shards: 0, shardsTotal: 3 });
  await expect(loadSplit(shards, "marks", "train")).rejects.toMatchObject({
    code: "dataset-unavailable",
  });
  await prepare(files());
  expect(await cached()).toMatchObject({ complete: true, trainImages: 5_003, testImages: 20 });
  const { images, shape } = await loadImages(shards, "marks", "train", [5_002]);
  expect([images, shape.height]).toEqual([bytes(20_012, 0).subarray(-4), 2]);
});

test("a shard that is damaged later is refused, and only the same images mend it", async () => {
  await prepare(files());
  const { entry, bytes: good } = (await shards.get("marks", "train-01"))!;
  await shards.put(entry, good.map((byte, i) => (i === 7 ? byte ^ 1 : byte)));
  await expect(loadSplit(shards, "marks", "train")).rejects.toMatchObject({
    code: "dataset-corrupt",
    details: { shard: "train-01" },
  });
  expect(await cached()).toMatchObject({ complete: false, shards: 2 });
  await expect(prepare(files(1))).rejects.toMatchObject({ code: "dataset-corrupt" });
  await prepare(files());
  expect((await loadSplit(shards, "marks", "train")).labels).toHaveLength(5_003);
});

test("images as bright as another set's are refused, and none of them stays", async () => {
  const dark = files().map(({ name, blob }, i) =>
    i === 0
      ? named(name, idx([5_003, 2, 2], bytes(20_012, 0).map((byte) => byte >> 1)))
      : { name, blob },
  );
  await expect(prepare(dark)).rejects.toMatchObject({
    code: "dataset-corrupt",
    message: expect.stringContaining("mean brightness is 0.24 instead of 0.49"),
  });
  expect(await cached()).toMatchObject({ complete: false, shards: 0 });
  expect(await shards.list("marks")).toEqual([]);
  await prepare(files());
});

test("digests of which no shard is left bind nobody, and neither does a damaged manifest", async () => {
  await prepare(files());
  for (const { name } of await shards.list("marks")) await shards.removeShard("marks", name);
  await prepare(files(1));
  expect(await cached()).toMatchObject({ complete: true });
  await shards.setManifest("marks", { dataset: "marks", shards: "none" });
  expect(await cached()).toMatchObject({ complete: false });
  await prepare(files());
  expect(await cached()).toMatchObject({ complete: true });
});

test("deleted, it takes other images", async () => {
  await prepare(files());
  await service().remove("marks");
  await prepare(files(1));
  expect(await cached()).toMatchObject({ complete: true });
});

test("a reading that fails in the middle leaves nothing behind", async () => {
  const wrong = idx([20], new Uint8Array(20).fill(9));
  await expect(prepare([...files().slice(0, 3), named("d", wrong)])).rejects.toMatchObject({
    code: "dataset-format",
  });
  expect(await shards.list("marks")).toEqual([]);
  expect(await shards.manifest("marks")).toBeNull();
});

test("a folder of this origin brings its own digests", async () => {
  await prepare(files());
  const manifest = JSON.stringify(await shards.manifest("marks"));
  const served = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const { name } of await shards.list("marks"))
    served.set(`${name}.bin`, (await shards.get("marks", name))!.bytes.slice());
  await service().remove("marks");
  const database = await openDatabase({ name: "folder" });
  const online = new DatasetService({
    ...{ shards, downloads: createDownloadStore(database), readAsset: none, now: () => 0 },
    ...{ offline: () => false, baseUrl: "http://localhost/", retry: { backOffMs: [1], idleMs: 1000 } },
    fetch: async (url) => {
      const name = new URL(String(url)).pathname.replace("/data/marks/", "");
      return new Response(name === "manifest.json" ? manifest : (served.get(name) ?? null));
    },
  });
  const signal = new AbortController().signal;
  expect(await online.sameOriginBytes(signal, "marks")).toBe(5_023 * 5);
  const request = { dataset: "marks", sourceId: "marks-same-origin", files: null };
  const good = served.get("test-00.bin")!;
  served.set("test-00.bin", good.map((byte, i) => (i === 3 ? byte ^ 4 : byte)));
  await expect(online.prepare(signal, request, () => undefined)).rejects.toMatchObject({
    code: "dataset-corrupt",
    details: { shard: "test-00" },
  });
  served.set("test-00.bin", good);
  await online.prepare(signal, request, () => undefined);
  expect(await cached()).toMatchObject({ complete: true, testImages: 20 });
  database.close();
});
