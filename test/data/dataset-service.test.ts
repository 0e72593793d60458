import "fake-indexeddb/auto";
import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DatasetName } from "../../src/core/config/types.ts";
import { DatasetService } from "../../src/data/dataset-service.ts";
import type { DataProgress, ShardInfo } from "../../src/data/dataset.ts";
import type { ImageSet } from "../../src/engine/network-engine.ts";
import { loadImages, loadSplit } from "../../src/data/load.ts";
import { cifar10Manifest } from "../../src/data/sets/cifar10/manifest.ts";
import { parseRecords, recordBytes as bytesOfRecord } from "../../src/data/records.ts";
import { generateShapes } from "../../src/data/sets/shapes10/generate.ts";
import { shape } from "../../src/data/sets/shapes10/manifest.ts";
import { openDatabase, type Database } from "../../src/storage/database.ts";
import { createDownloadStore } from "../../src/storage/download-store.ts";
import { createShardStore, type ShardStore } from "../../src/storage/shard-store.ts";
import { startDataServer, type DataServer } from "./data-server.ts";

const recordBytes = bytesOfRecord(shape);

/** A deployment that offers a small part: three shards of 40 images. */
const parts = [
  { name: "train-00", split: "train", bytes: generateShapes(9, "train", 0, 40) },
  { name: "train-01", split: "train", bytes: generateShapes(9, "train", 40, 40) },
  { name: "test-00", split: "test", bytes: generateShapes(9, "test", 0, 40) },
] as const;
const shards: ShardInfo[] = parts.map(({ name, split, bytes }) => ({
  name,
  split,
  count: 40,
  sizeBytes: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
}));
const path = (name: string): string => `/data/cifar10/${name}.bin`;

/** Image sets by their bytes; comparing element by element takes seconds. */
const digest = ({ images, labels }: ImageSet): string =>
  createHash("sha256").update(labels).update(images).digest("hex");

let server: DataServer;
let database: Database;
let store: ShardStore;
let count = 0;
beforeEach(async () => {
  server = await startDataServer();
  const manifest = JSON.stringify({ dataset: "cifar10", shards });
  server.files.set("/data/cifar10/manifest.json", new TextEncoder().encode(manifest));
  for (const { name, bytes } of parts) server.files.set(path(name), bytes);
  database = await openDatabase({ name: `dataset-${count++}` });
  store = createShardStore(database);
});
afterEach(async () => {
  database.close();
  await server.close();
  vi.unstubAllGlobals();
});

/** A service as a new tab would make it, on the same database. */
const service = (idleMs = 2000, offline = (): boolean => false): DatasetService =>
  new DatasetService({
    shards: store,
    downloads: createDownloadStore(database),
    fetch,
    offline,
    baseUrl: server.url,
    now: Date.now,
    readAsset: () => Promise.reject(new TypeError("not needed")),
    retry: { backOffMs: [1, 1, 1, 1], idleMs },
  });
const request = { dataset: "cifar10", sourceId: "cifar10-same-origin", files: null } as const;
const never = new AbortController().signal;
const prepare = async (one = service(), signal = never): Promise<DataProgress[]> => {
  const progress: DataProgress[] = [];
  await one.prepare(signal, request, (step) => progress.push(step));
  return progress;
};
const shardRequests = (): string[] => server.requests.filter((line) => line.includes(".bin"));

test("shards of this origin end up in storage, verified and loadable, in the manifest's order", async () => {
  const progress = await prepare();
  expect(progress.at(-1)).toEqual({
    phase: "done",
    doneBytes: 120 * recordBytes,
    totalBytes: 120 * recordBytes,
    remainingMs: 0,
  });
  const train = await loadSplit(store, "cifar10", "train");
  expect(digest(train)).toBe(digest(parseRecords(generateShapes(9, "train", 0, 80), shape)));
  expect((await loadSplit(store, "cifar10", "test")).labels.length).toBe(40);
  const cached = (await service().cached()).find((one) => one.dataset === "cifar10");
  expect(cached).toMatchObject({ complete: true, shards: 3, trainImages: 80, testImages: 40, partialBytes: 0 });
});

test("what is stored is not fetched again", async () => {
  await prepare();
  await prepare();
  expect(shardRequests()).toHaveLength(3);
});

test("images by index come from the right shards", async () => {
  await prepare();
  const all = await loadSplit(store, "cifar10", "train");
  const some = await loadImages(store, "cifar10", "train", [79, 0, 40, 0]);
  expect([...some.labels]).toEqual([79, 0, 40, 0].map((i) => all.labels[i]));
  expect(some.images.slice(3072, 2 * 3072)).toEqual(all.images.slice(0, 3072));
  await expect(loadImages(store, "cifar10", "train", [80])).rejects.toThrow(RangeError);
});

test("a connection that breaks goes on where it was, with a byte range", async () => {
  server.faults.set(path("train-01"), [{ kind: "cut", afterBytes: 50_000 }]);
  await prepare();
  expect(shardRequests()[2]).toBe(`${path("train-01")} bytes=50000-`);
  expect(digest(await loadSplit(store, "cifar10", "train"))).toBe(
    digest(parseRecords(generateShapes(9, "train", 0, 80), shape)),
  );
});

test("a server without byte ranges is read again from the start, and the images are right", async () => {
  server.ranges = false;
  server.faults.set(path("train-00"), [{ kind: "cut", afterBytes: 70_000 }]);
  await prepare();
  expect((await loadSplit(store, "cifar10", "train")).labels.length).toBe(80);
});

test("a silent connection is given up and asked again", async () => {
  server.faults.set(path("train-00"), [{ kind: "stall", afterBytes: 1000 }]);
  await prepare(service(150));
  expect(shardRequests()[1]).toBe(`${path("train-00")} bytes=1000-`);
});

test("a passing server error is tried again, a lasting one ends in download-failed", async () => {
  server.faults.set(path("train-00"), [{ kind: "status", status: 503 }, { kind: "status", status: 429 }]);
  await prepare();
  expect(shardRequests()).toHaveLength(5);
  await service().remove("cifar10");
  server.faults.set(path("train-00"), Array.from({ length: 9 }, () => ({ kind: "status", status: 500 })));
  await expect(prepare()).rejects.toMatchObject({ code: "download-failed", details: { status: 500 } });
});

test("without a network a download waits, says so, and goes on where it was when there is one again", async () => {
  let offline = true;
  server.faults.set(path("train-01"), [{ kind: "cut", afterBytes: 50_000 }]);
  const phases: string[] = [];
  const running = service(2000, () => offline).prepare(never, request, ({ phase }) => phases.push(phase));
  await expect.poll(() => phases.at(-1)).toBe("offline");
  expect(shardRequests()).toHaveLength(2);
  offline = false;
  await running;
  expect(phases.at(-1)).toBe("done");
  expect(shardRequests()[2]).toBe(`${path("train-01")} bytes=50000-`);
});

test("waiting for the network can be cancelled; a server that answers is no missing network", async () => {
  server.faults.set(path("train-00"), [{ kind: "cut", afterBytes: 1000 }]);
  const controller = new AbortController();
  const phases: string[] = [];
  const running = service(2000, () => true).prepare(controller.signal, request, ({ phase }) => phases.push(phase));
  await expect.poll(() => phases.at(-1)).toBe("offline");
  controller.abort();
  await expect(running).rejects.toMatchObject({ code: "aborted" });
  server.faults.set(path("train-00"), Array.from({ length: 9 }, () => ({ kind: "status", status: 503 })));
  await expect(prepare(service(2000, () => true))).rejects.toMatchObject({ code: "download-failed" });
});

test("a missing shard fails at once, without trying again", async () => {
  server.files.delete(path("train-01"));
  await expect(prepare()).rejects.toMatchObject({ code: "download-failed", details: { status: 404 } });
  expect(shardRequests()).toHaveLength(2);
});

test("a cancelled download keeps what it has; a new tab continues in the middle of the shard", async () => {
  server.faults.set(path("train-01"), [{ kind: "stall", afterBytes: 60_000 }]);
  const controller = new AbortController();
  const running = prepare(service(60_000), controller.signal);
  await expect.poll(() => shardRequests().length).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 50));
  controller.abort();
  await expect(running).rejects.toMatchObject({ code: "aborted" });
  const [cached] = (await service().cached()).filter((one) => one.dataset === "cifar10");
  expect(cached).toMatchObject({ complete: false, shards: 1, shardsTotal: 3, partialBytes: 60_000 });

  await prepare();
  expect(shardRequests().slice(2)).toEqual([`${path("train-01")} bytes=60000-`, path("test-00")]);
  expect((await loadSplit(store, "cifar10", "train")).labels.length).toBe(80);
});

test("a shard that arrives damaged once is fetched again", async () => {
  server.faults.set(path("train-00"), [{ kind: "flip", at: 5000 }]);
  await prepare();
  expect(shardRequests().filter((line) => line.startsWith(path("train-00")))).toHaveLength(2);
});

test.each([
  ["flipped", { kind: "flip", at: 7 }],
  ["a page instead", { kind: "replace", body: new TextEncoder().encode("<!doctype html>") }],
  ["shortened", { kind: "replace", body: parts[0].bytes.slice(0, -1) }],
  ["lengthened", { kind: "replace", body: new Uint8Array(parts[0].bytes.length + 5) }],
  ["another shard", { kind: "replace", body: parts[1].bytes }],
] as const)("a shard that is %s every time is refused after four attempts and not stored", async (_what, fault) => {
  server.faults.set(path("train-00"), [fault, fault, fault, fault, fault]);
  await expect(prepare()).rejects.toMatchObject({ code: "dataset-corrupt" });
  expect(shardRequests()).toHaveLength(4);
  expect(await store.list("cifar10")).toEqual([]);
  await expect(loadSplit(store, "cifar10", "train")).rejects.toMatchObject({ code: "dataset-unavailable" });
});

test("a page or nonsense instead of the manifest means that this origin has no data", async () => {
  const aborter = new AbortController().signal;
  expect(await service().sameOriginBytes(aborter, "cifar10")).toBe(120 * recordBytes);
  server.files.set("/data/cifar10/manifest.json", new TextEncoder().encode("<!doctype html>"));
  expect(await service().sameOriginBytes(aborter, "cifar10")).toBeNull();
  await expect(prepare()).rejects.toMatchObject({ code: "dataset-unavailable" });
  server.files.delete("/data/cifar10/manifest.json");
  expect(await service().sameOriginBytes(aborter, "cifar10")).toBeNull();
});

test("a manifest with impossible entries is refused with the path of the fault", async () => {
  for (const change of [
    { sha256: "x" },
    { count: 41 },
    { count: 1e9, sizeBytes: 1e9 * recordBytes },
    { name: "../train-00" },
    { split: "validation" },
    { name: shards[1]!.name },
  ]) {
    const wrong = { dataset: "cifar10", shards: [{ ...shards[0], ...change }, ...shards.slice(1)] };
    server.files.set("/data/cifar10/manifest.json", new TextEncoder().encode(JSON.stringify(wrong)));
    await expect(prepare()).rejects.toMatchObject({ code: "dataset-format" });
  }
});

test("a stored shard that changed is never loaded, is taken out, and is fetched anew", async () => {
  await prepare();
  const damaged = parts[1].bytes.slice();
  damaged[1234] = damaged[1234]! ^ 4;
  await store.put({ dataset: "cifar10", ...shards[1]! }, damaged);
  await expect(loadSplit(store, "cifar10", "train")).rejects.toMatchObject({
    code: "dataset-corrupt",
    details: { shard: "train-01" },
  });
  await prepare();
  expect(shardRequests()).toHaveLength(4);
  expect((await loadSplit(store, "cifar10", "train")).labels.length).toBe(80);
});

test("too little space is said before anything is fetched", async () => {
  vi.stubGlobal("navigator", { storage: { estimate: async () => ({ usage: 90, quota: 100 }) } });
  await expect(prepare()).rejects.toMatchObject({
    code: "storage-quota",
    details: { neededBytes: 120 * recordBytes, freeBytes: 10 },
  });
  expect(shardRequests()).toEqual([]);
});

test("Shapes-10 is drawn, stored and complete", async () => {
  const drawn = { dataset: "shapes10", sourceId: "shapes10-generated", files: null } as const;
  await service().prepare(never, drawn, () => undefined);
  const cached = (await service().cached()).find((one) => one.dataset === "shapes10");
  expect(cached).toMatchObject({ complete: true, trainImages: 6000, testImages: 2000 });
  expect((await loadSplit(store, "shapes10", "test")).labels.length).toBe(2000);
  await service().remove("shapes10");
  expect(await store.list("shapes10")).toEqual([]);
});

test("an unknown source, or one of another data set, is refused", async () => {
  for (const [dataset, sourceId] of [
    ["cifar10", "shapes10-generated"],
    ["shapes10", "cifar10-file"],
    ["cifar10", "https://example.org"],
  ] as [DatasetName, string][])
    await expect(
      service().prepare(never, { dataset, sourceId, files: null }, () => undefined),
    ).rejects.toMatchObject({ code: "dataset-unavailable" });
});

test("a file that is no archive of CIFAR-10 is refused by name", async () => {
  const prepareFile = (blob: Blob | null): Promise<void> =>
    service().prepare(never, { dataset: "cifar10", sourceId: "cifar10-file", files: blob && [{ name: "x.tar.gz", blob }] }, () => undefined);
  await expect(prepareFile(null)).rejects.toMatchObject({ code: "dataset-unavailable" });
  for (const content of ["", "hello", "x".repeat(5000)])
    await expect(prepareFile(new Blob([content]))).rejects.toMatchObject({ code: "dataset-format" });
  await expect(prepareFile(new Blob([new Uint8Array(2048)]))).rejects.toThrow("no CIFAR-10 batches");
});

test("the canonical manifest is 50,000 training and 10,000 test images in twelve shards", () => {
  expect(cifar10Manifest.shards.map(({ split, count: images }) => `${split} ${images}`)).toEqual([
    ...Array.from({ length: 10 }, () => "train 5000"),
    ...Array.from({ length: 2 }, () => "test 5000"),
  ]);
});
