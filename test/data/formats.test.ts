import { createHash } from "node:crypto";
import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { recordsFromPythonBatch } from "../../src/data/sets/cifar10/python-batch.ts";
import { gunzip, readAll } from "../../src/data/formats/gunzip.ts";
import { readPickle } from "../../src/data/formats/pickle.ts";
import { readPngRows } from "../../src/data/formats/png.ts";
import { readTar } from "../../src/data/formats/tar.ts";
import { parseRecords, toRecords } from "../../src/data/records.ts";
import { shape } from "../../src/data/sets/cifar10/manifest.ts";
import pythonBatch from "../fixtures/python-batch.json" with { type: "json" };
import { chunksOf, png, tar, type PngFilter } from "./make-files.ts";
import { asWritten } from "../../src/core/words/index.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const failsAs = (code: string) => expect.objectContaining({ code });

describe("records", () => {
  test("are split into images and labels and joined again", () => {
    const records = new Uint8Array(2 * 3073).map((_, i) => (i % 3073 === 0 ? i / 3073 + 4 : i % 251));
    const set = parseRecords(records, shape);
    expect([...set.labels]).toEqual([4, 5]);
    expect(set.images.length).toBe(2 * 3072);
    expect(set.images[3072]).toBe(records[3074]);
    expect(toRecords(set)).toEqual(records);
  });
  test("of a wrong length or with a wrong label are refused", () => {
    expect(() => parseRecords(new Uint8Array(3072), shape)).toThrow(failsAs("dataset-format"));
    const records = new Uint8Array(2 * 3073);
    records[3073] = 10;
    expect(() => parseRecords(records, shape)).toThrow("Record 1 has the label 10");
  });
});

describe("a tar archive", () => {
  const files = { "a/one.bin": bytes("one"), "a/empty": bytes(""), "two": bytes("x".repeat(1500)) };
  const read = async (archive: Uint8Array<ArrayBuffer>, size: number): Promise<Record<string, string>> => {
    const found: Record<string, string> = {};
    for await (const entry of readTar(chunksOf(archive, size)))
      found[entry.name] = new TextDecoder().decode(await entry.read(2000));
    return found;
  };
  test("is read whatever the chunks it arrives in", async () => {
    for (const size of [1, 7, 511, 512, 513, 100_000])
      expect(await read(tar(files), size)).toEqual({
        "a/one.bin": "one",
        "a/empty": "",
        two: "x".repeat(1500),
      });
  });
  test("can be walked through without reading", async () => {
    const names: string[] = [];
    for await (const entry of readTar(chunksOf(tar(files), 100))) names.push(entry.name);
    expect(names).toEqual(Object.keys(files));
  });
  test("gives a file whole though those before it were skipped", async () => {
    const last = new Uint8Array(20_000).fill(7);
    for (const size of [1, 512, 513, 2500, 5000, 100_000])
      for await (const entry of readTar(chunksOf(tar({ ...files, last }), size)))
        if (entry.name === "last") expect(await entry.read(20_000)).toEqual(last);
  });
  test("that ends early is refused wherever it is cut", async () => {
    const archive = tar(files);
    for (let length = 0; length < archive.length - 1024; length += 97)
      await expect(read(archive.slice(0, length), 64)).rejects.toMatchObject({ code: "dataset-format" });
  });
  test("with a damaged header is refused", async () => {
    const archive = tar(files);
    archive[130] = archive[130]! ^ 1;
    await expect(read(archive, 512)).rejects.toMatchObject({ code: "dataset-format" });
  });
  test("with a file larger than expected is refused before it is read", async () => {
    const archive = tar({ big: new Uint8Array(3000) });
    await expect(read(archive, 512)).rejects.toThrow("at most 2000");
  });
  test("closes its source when the reader stops early", async () => {
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
      try {
        yield* chunksOf(tar(files), 10);
      } finally {
        closed = true;
      }
    }
    for await (const entry of readTar(source())) if (entry.name) break;
    expect(closed).toBe(true);
  });
});

describe("gunzip", () => {
  test("inflates gzip and passes other bytes", async () => {
    const plain = bytes("hello ".repeat(10_000));
    for (const size of [1000, 17]) {
      const packed = new Uint8Array(gzipSync(plain));
      expect(sha256(await readAll(gunzip(chunksOf(packed, size)), 1e6))).toBe(sha256(plain));
    }
    expect(sha256(await readAll(gunzip(chunksOf(plain, 1000)), 1e6))).toBe(sha256(plain));
  });
  test("refuses a damaged, a cut and an empty stream", async () => {
    const packed = new Uint8Array(gzipSync(bytes("hello ".repeat(10_000))));
    const damaged = packed.slice();
    damaged[40] = damaged[40]! ^ 0xff;
    for (const wrong of [damaged, packed.slice(0, 50), packed.slice(0, -4), new Uint8Array(0)])
      await expect(readAll(gunzip(chunksOf(wrong, 16)), 1e6)).rejects.toMatchObject({
        code: "dataset-format",
      });
  });
  test("passes on an error of its source", async () => {
    async function* failing(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
      yield new Uint8Array(gzipSync(bytes("hello"))).slice(0, 10);
      throw new AppError("download-failed", asWritten("no network"));
    }
    await expect(readAll(gunzip(failing()), 1e6)).rejects.toMatchObject({ code: "download-failed" });
  });
  test("stops a bomb at the limit", async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(50_000_000)));
    let produced = 0;
    async function* counted(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
      for await (const chunk of gunzip(chunksOf(bomb, 4096))) {
        produced += chunk.length;
        yield chunk;
      }
    }
    await expect(readAll(counted(), 1_000_000)).rejects.toMatchObject({ code: "dataset-format" });
    expect(produced).toBeLessThan(3_000_000);
  });
});

describe("a Python batch", () => {
  const batch = new Uint8Array(Buffer.from(pythonBatch.pickle, "base64"));
  test("gives the records that Python and NumPy read from it", () => {
    expect(sha256(recordsFromPythonBatch(batch))).toBe(pythonBatch.recordsSha256);
  });
  test("that is cut is refused wherever it ends", () => {
    for (let length = 0; length < batch.length; length += 61)
      expect(() => recordsFromPythonBatch(batch.slice(0, length))).toThrow(failsAs("dataset-format"));
  });
  test("with other contents is refused", () => {
    for (const pickle of ["N.", "}.", "}(U\x06labels]u.", "(."])
      expect(() => recordsFromPythonBatch(Buffer.from(pickle, "latin1"))).toThrow(
        failsAs("dataset-format"),
      );
  });
  test("never makes an object or calls anything: a call is only a record", () => {
    expect(readPickle(Buffer.from("cos\nsystem\n(U\x02idtR.", "latin1"))).toEqual({
      callable: "os.system",
      args: ["id"],
      state: null,
    });
  });
  test("any bytes at all end in a value or in a named error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (wild) => {
        try {
          readPickle(wild);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 2000 },
    );
  });
  test("a changed byte never gives a wrong number of images", () => {
    fc.assert(
      fc.property(fc.nat(batch.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = batch.slice();
        changed[at] = changed[at]! ^ change;
        try {
          expect(recordsFromPythonBatch(changed).length).toBe(3 * 3073);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a PNG", () => {
  const width = 40;
  const rgb = Uint8Array.from({ length: width * 9 * 3 }, (_, i) => (i * i * 7 + i) % 256);
  const decode = async (file: Uint8Array<ArrayBuffer>, size: number): Promise<Uint8Array> => {
    const rows: number[] = [];
    for await (const row of readPngRows(chunksOf(file, size), () => undefined)) rows.push(...row);
    return Uint8Array.from(rows);
  };
  test.each([0, 1, 2, 3, 4] as PngFilter[])("with filter %i is decoded exactly", async (filter) => {
    for (const size of [1, 13, 5000])
      expect(await decode(png(rgb, width, { filter }), size)).toEqual(rgb);
  });
  test("with alpha, in grey or with several data chunks is decoded exactly", async () => {
    expect(await decode(png(rgb, width, { filter: 4, alpha: true, chunk: 30 }), 64)).toEqual(rgb);
    const grey = rgb.map((_, i) => rgb[i - (i % 3)]!);
    expect(await decode(png(grey, width, { filter: 2, grey: true }), 64)).toEqual(grey);
  });
  test("made by another program is decoded exactly", async () => {
    const { default: sample } = await import("../fixtures/pillow-png.json", { with: { type: "json" } });
    for (const { png: file, rgbSha256 } of sample)
      expect(sha256(await decode(new Uint8Array(Buffer.from(file, "base64")), 100))).toBe(rgbSha256);
  });
  test("that is cut, interlaced or of 16 bits is refused", async () => {
    const file = png(rgb, width, { filter: 1 });
    const sixteen = file.slice();
    sixteen[24] = 16;
    const interlaced = file.slice();
    interlaced[28] = 1;
    for (const wrong of [file.slice(0, 60), file.slice(0, 20), sixteen, interlaced, bytes("GIF89a..")])
      await expect(decode(wrong, 50)).rejects.toMatchObject({ code: "dataset-format" });
  });
  test("with too little pixel data is refused", async () => {
    const short = png(rgb.slice(0, -3 * width), width, { filter: 0, height: 9 });
    await expect(decode(short, 50)).rejects.toThrow("8 of 9 rows");
    expect(deflateSync(rgb).length).toBeGreaterThan(0);
  });
});
