import { createHash, randomBytes } from "node:crypto";
import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build, preview, type PreviewServer } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toRgba } from "../../src/data/load.ts";
import { recordBytes as bytesOfRecord } from "../../src/data/records.ts";
import { generateShapes } from "../../src/data/sets/shapes10/generate.ts";
import { shape } from "../../src/data/sets/shapes10/manifest.ts";
import { png } from "../data/make-files.ts";
import { startDataServer, type DataServer } from "../data/data-server.ts";
import type { DataPage } from "./data-page/page.ts";
import { openVisitor, type Visitor } from "./harness.ts";

declare const dataPage: DataPage;

const recordBytes = bytesOfRecord(shape);
const archive = resolve(import.meta.dirname, "../../../shared/cifar10/cifar-10-binary.tar.gz");
const present = existsSync(archive);

/** A part of a data set on another origin; the second shard is larger than what a download keeps at a time. */
const parts = [
  { name: "train-00", split: "train", count: 50, bytes: generateShapes(2, "train", 0, 50) },
  { name: "train-01", split: "train", count: 2500, bytes: new Uint8Array(2500 * recordBytes) },
  { name: "test-00", split: "test", count: 50, bytes: generateShapes(2, "test", 0, 50) },
] as const;
// Noise, for a database that compresses; the first records are looked at.
parts[1].bytes.set(randomBytes(parts[1].bytes.length));
for (let i = 0; i < parts[1].count; i++) parts[1].bytes[i * recordBytes] = i % 10;
parts[1].bytes.set(generateShapes(2, "train", 50, 50));

let host: DataServer;
let archiveHost: { url: string; close: () => void };
let page: PreviewServer;
let url: string;
let visitor: Visitor;
let folder: string;

beforeAll(async () => {
  host = await startDataServer();
  const shards = parts.map(({ name, split, count, bytes }) => ({
    name,
    split,
    count,
    sizeBytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  }));
  const manifest = JSON.stringify({ dataset: "cifar10", shards });
  host.files.set("/set/manifest.json", new TextEncoder().encode(manifest));
  for (const { name, bytes } of parts) host.files.set(`/set/${name}.bin`, bytes);
  host.files.set("/set/images.png", png(new Uint8Array(10 * 3072).fill(9), 1024, { filter: 0 }));
  host.files.set(
    "/set/labels",
    new Uint8Array(100).map((_, i) => (i % 10 === 3 ? 1 : 0)),
  );
  archiveHost = await serveArchive();
  folder = mkdtempSync(join(tmpdir(), "tabtune-data-page-"));
  ({ page, url } = await buildAndServe(folder));
  visitor = await openVisitor(url);
  await visitor.page.goto(url);
}, 180_000);
afterAll(async () => {
  await visitor?.close();
  await page?.close();
  await host?.close();
  archiveHost?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** The page of this test under the product's own policy, which names the two local hosts for this build alone. */
async function buildAndServe(outDir: string): Promise<{ page: PreviewServer; url: string }> {
  const hosts = [
    { id: "shards", format: "shards", files: [`${host.url}set/manifest.json`] },
    {
      id: "picture",
      format: "sprite",
      files: [`${host.url}set/images.png`, `${host.url}set/labels`],
    },
    { id: "archive", format: "archive", files: [`${archiveHost.url}cifar-10-binary.tar.gz`] },
  ].map((one) => ({ ...one, downloadBytes: 170_000_000, redirectOrigins: [] }));
  process.env.TABTUNE_EXTRA_DATA_HOSTS = JSON.stringify(hosts);
  const { securityHeaders, securityHeadersPlugin } =
    await import("../../scripts/vite/security-headers.ts");
  const common = {
    root: resolve(import.meta.dirname, "data-page"),
    configFile: false,
    logLevel: "error",
    base: "./",
  } as const;
  await build({
    ...common,
    define: { __EXTRA_DATA_HOSTS__: JSON.stringify(hosts) },
    plugins: [securityHeadersPlugin()],
    worker: { format: "es" },
    build: { outDir, emptyOutDir: true, target: "es2022" },
  });
  const server = await preview({
    ...common,
    build: { outDir },
    preview: { port: 0, host: "localhost", headers: securityHeaders },
  });
  return { page: server, url: server.resolvedUrls!.local[0]! };
}

/** The real archive, streamed; the first answer breaks off after 60 MB. */
async function serveArchive(): Promise<{ url: string; close: () => void }> {
  let answers = 0;
  const server = createServer((request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const size = statSync(archive).size;
    response.writeHead(start > 0 ? 206 : 200, {
      "Access-Control-Allow-Origin": "*",
      "Content-Length": size - start,
    });
    const cut = answers++ === 0;
    const stream = createReadStream(archive, { start, ...(cut ? { end: 60_000_000 } : {}) });
    stream.on("end", () => (cut ? setTimeout(() => response.destroy(), 100) : response.end()));
    stream.pipe(response, { end: false });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

test("files of the origin are written, replaced, checked, listed and deleted in the private file system", async () => {
  const result = await visitor.page.evaluate(() => dataPage.files());
  expect(result).toMatchObject({
    kind: "opfs",
    same: true,
    other: [2, 3],
    damaged: "checkpoint-corrupt",
    left: 0,
    missing: null,
  });
  expect(result.listed).toEqual([
    [result.path, 3_000_000],
    ["other", 2],
  ]);
});

test("however many open the files at once, all use the same store, and none leaves anything behind", async () => {
  const result = await visitor.page.evaluate(() => dataPage.filesAtOnce(20));
  expect(result).toEqual({ kinds: ["opfs"], left: [] });
});

test("on a full disk files stay where they are", async () => {
  const session = await visitor.context.newCDPSession(visitor.page);
  const { origin } = new URL(url);
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
  const result = await visitor.page.evaluate(() => dataPage.filesAtOnce(1));
  await session.send("Storage.overrideQuotaForOrigin", { origin });
  expect(result).toEqual({ kinds: ["opfs"], left: [] });
});

test("Shapes-10 is drawn by the worker, and the page gets its images", async () => {
  const { outcome, durationMs } = await visitor.page.evaluate(() =>
    dataPage.prepare("shapes10", "shapes10-generated"),
  );
  expect(outcome).toBe("done");
  console.log(`Shapes-10 drawn, verified and stored in ${(durationMs / 1000).toFixed(1)} s`);
  const shown = await visitor.page.evaluate(() => dataPage.image("shapes10", "test", 1234));
  expect(shown).toEqual([...toRgba(generateShapes(1, "test", 1234, 1).subarray(1), shape)]);
});

test("idx files become images of one grey plane, whose digests are remembered", async () => {
  const outcome = await visitor.page.evaluate(async () => {
    const idx = (dimensions: readonly number[], byteOf: (i: number) => number): Blob => {
      const header = new DataView(new ArrayBuffer(4 + 4 * dimensions.length));
      header.setUint32(0, 0x800 + dimensions.length);
      dimensions.forEach((size, i) => header.setUint32(4 + 4 * i, size));
      const length = dimensions.reduce((product, size) => product * size, 1);
      return new Blob([header, Uint8Array.from({ length }, (_, i) => byteOf(i))]);
    };
    const blobs = [60_000, 10_000].flatMap((count) => [
      // As dark as handwriting is on average.
      idx([count, 28, 28], (i) => Math.floor(i / 784) % 67),
      idx([count], (i) => i % 10),
    ]);
    const files = blobs.map((blob, i) => ({ name: `file ${i}`, blob }));
    return (await dataPage.prepare("mnist", "mnist-file", files)).outcome;
  });
  expect(outcome).toBe("done");
  const shown = await visitor.page.evaluate(() => dataPage.image("mnist", "train", 5_123));
  expect(shown).toHaveLength(28 * 28 * 4);
  expect(shown.slice(-4)).toEqual([5_123 % 67, 5_123 % 67, 5_123 % 67, 255]);
  await visitor.page.evaluate(() => dataPage.remove("mnist"));
});

test("this origin serves no CIFAR-10 here, and says so", async () => {
  expect(await visitor.page.evaluate(() => dataPage.available("cifar10"))).toBe(false);
});

test("a download from another origin survives a broken connection and a reload, and fetches nothing twice", async () => {
  host.faults.set("/set/train-00.bin", [{ kind: "cut", afterBytes: 100_000 }]);
  host.faults.set("/set/train-01.bin", [{ kind: "stall", afterBytes: 6_000_000 }]);
  void visitor.page.evaluate(() => dataPage.prepare("cifar10", "cifar10-shards")).catch(() => null);
  const partial = async (): Promise<number> => {
    const cached = await visitor.page.evaluate(() => dataPage.cached());
    return cached.find(({ dataset }) => dataset === "cifar10")!.partialBytes;
  };
  await expect.poll(partial, { timeout: 20_000 }).toBeGreaterThan(4_000_000);
  const kept = await partial();
  await visitor.page.reload();
  const { outcome } = await visitor.page.evaluate(() =>
    dataPage.prepare("cifar10", "cifar10-shards"),
  );
  expect(outcome).toBe("done");
  expect(host.requests.filter((line) => line.includes(".bin"))).toEqual([
    "/set/train-00.bin",
    "/set/train-00.bin bytes=100000-",
    "/set/train-01.bin",
    `/set/train-01.bin bytes=${kept}-`,
    "/set/test-00.bin",
  ]);
  const shown = await visitor.page.evaluate(() => dataPage.image("cifar10", "train", 60));
  expect(shown).toEqual([...toRgba(generateShapes(2, "train", 60, 1).subarray(1), shape)]);
  await visitor.page.evaluate(() => dataPage.remove("cifar10"));
});

test("without a network a download says so, waits, and goes on by itself", async () => {
  const { context, page: tab } = visitor;
  await context.setOffline(true);
  const outcome = tab.evaluate(() => dataPage.prepare("cifar10", "cifar10-shards"));
  const phase = (): Promise<string | undefined> =>
    tab.evaluate(() => dataPage.progress.at(-1)?.phase);
  await expect.poll(phase, { timeout: 10_000 }).toBe("offline");
  await context.setOffline(false);
  expect((await outcome).outcome).toBe("done");
  expect(await phase()).toBe("done");
  await tab.evaluate(() => dataPage.remove("cifar10"));
});

test("two tabs that want the same data set fetch it once", async () => {
  const before = host.requests.length;
  const second = await visitor.context.newPage();
  await second.goto(url);
  const outcomes = await Promise.all(
    [visitor.page, second].map((tab) =>
      tab.evaluate(() => dataPage.prepare("cifar10", "cifar10-shards")),
    ),
  );
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["done", "done"]);
  const fetched = host.requests.slice(before).filter((line) => line.includes(".bin"));
  expect(fetched).toEqual(parts.map(({ name }) => `/set/${name}.bin`));
  await second.close();
  await visitor.page.evaluate(() => dataPage.remove("cifar10"));
});

test("a shard that is damaged every time is refused by name and nothing of it is kept", async () => {
  const flip = { kind: "flip", at: 99 } as const;
  host.faults.set("/set/train-00.bin", [flip, flip, flip, flip]);
  const before = host.requests.length;
  const { outcome } = await visitor.page.evaluate(() =>
    dataPage.prepare("cifar10", "cifar10-shards"),
  );
  expect(outcome).toBe("dataset-corrupt");
  // Four times from the host, never from the browser's cache.
  expect(host.requests.slice(before + 1)).toEqual(new Array(4).fill("/set/train-00.bin"));
  const cached = await visitor.page.evaluate(() => dataPage.cached());
  expect(cached.find(({ dataset }) => dataset === "cifar10")?.shards).toBe(0);
});

test("a picture that holds other images is decoded, counted and refused", async () => {
  const { outcome } = await visitor.page.evaluate(() =>
    dataPage.prepare("cifar10", "cifar10-picture"),
  );
  expect(outcome).toBe("dataset-corrupt");
  expect(host.requests.slice(-2)).toEqual(["/set/images.png", "/set/labels"]);
});

test("when the origin's space runs out, the code says so and what was stored before stays usable", async () => {
  const small = await openVisitor(url);
  try {
    // Before the origin first uses storage: set later it has no effect on an open database.
    const session = await small.context.newCDPSession(small.page);
    const origin = new URL(url).origin;
    await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 5_000_000 });
    await small.page.goto(url);
    const { outcome } = await small.page.evaluate(() =>
      dataPage.prepare("cifar10", "cifar10-shards"),
    );
    expect(outcome).toBe("storage-quota");
    const cached = await small.page.evaluate(() => dataPage.cached());
    expect(cached.find(({ dataset }) => dataset === "cifar10")).toMatchObject({ shards: 1 });
    const shown = await small.page.evaluate(() => dataPage.image("cifar10", "train", 7));
    expect(shown).toEqual([...toRgba(generateShapes(2, "train", 7, 1).subarray(1), shape)]);
  } finally {
    await small.close();
  }
});

describe.skipIf(!present)(
  `with the official archive ${present ? "" : `(skipped: no ${archive})`}`,
  () => {
    test("another origin's archive comes to 60,000 verified images although the connection breaks", async () => {
      const { outcome, durationMs } = await visitor.page.evaluate(() =>
        dataPage.prepare("cifar10", "cifar10-archive"),
      );
      expect(outcome).toBe("done");
      console.log(
        `CIFAR-10 downloaded, unpacked and stored in ${(durationMs / 1000).toFixed(1)} s`,
      );
      const cached = await visitor.page.evaluate(() => dataPage.cached());
      expect(cached.find(({ dataset }) => dataset === "cifar10")).toMatchObject({
        complete: true,
        shards: 12,
        trainImages: 50_000,
        testImages: 10_000,
        partialBytes: 0,
      });
    });
  },
);

test("only the two hosts were asked, and nothing violated the policy", () => {
  const known = [host.url, archiveHost.url];
  expect(visitor.foreignRequests.filter((line) => !known.some((k) => line.startsWith(k)))).toEqual(
    [],
  );
  // The browser itself reports the connection that was broken on purpose.
  expect(visitor.problems.filter((line) => !line.includes("net::ERR_"))).toEqual([]);
});
