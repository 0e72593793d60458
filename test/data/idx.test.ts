import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { defineDataset } from "../../src/data/definition.ts";
import { recogniseFiles } from "../../src/data/recognise.ts";
import { parseRecords } from "../../src/data/records.ts";
import { registerDataset } from "../../src/data/sets/registry.ts";
import { idxFiles } from "../../src/data/sources/idx-files.ts";
import { recordArchive } from "../../src/data/sources/record-archive.ts";
import type { DataFile } from "../../src/data/sources/source.ts";
import type { DatasetDefinition } from "../../src/data/definition.ts";
import { chunksOf, idx, tar } from "./make-files.ts";

const file = (name: string, bytes: Uint8Array<ArrayBuffer>): DataFile => ({
  name,
  open: () => chunksOf(bytes, 700),
});
const digits = defineDataset({
  ...{ name: "digits", title: "Digits", credit: "", augment: "crop" },
  shape: { height: 2, width: 3, channels: 1, classes: ["a", "b", "c"], mean: [0.2], std: [0.3] },
  counts: { train: 7, test: 4 },
  files: idxFiles,
});
const images = (count: number, level = 50): Uint8Array<ArrayBuffer> =>
  idx([count, 2, 3], Uint8Array.from({ length: count * 6 }, (_, i) => level + i));
const labels = (count: number, last = 2): Uint8Array<ArrayBuffer> =>
  idx([count], Uint8Array.from({ length: count }, (_, i) => (i === count - 1 ? last : i % 3)));
const four = (): DataFile[] => [
  file("t10k-labels", labels(4)),
  file("train-images.gz", new Uint8Array(gzipSync(images(7)))),
  file("train-labels", labels(7)),
  file("t10k-images", images(4)),
];
async function read(definition: DatasetDefinition, files: readonly DataFile[]) {
  const shards = new Map<string, Uint8Array<ArrayBuffer>>();
  const reader = await definition.files!.load();
  for await (const { name, bytes } of reader(files, definition)) shards.set(name, bytes);
  return shards;
}

describe("idx files", () => {
  test("in any order, packed or not, are records of both splits", async () => {
    const shards = await read(digits, four());
    expect([...shards.keys()]).toEqual(["train-00", "test-00"]);
    const train = parseRecords(shards.get("train-00")!, digits.shape);
    expect([...train.labels]).toEqual([0, 1, 2, 0, 1, 2, 2]);
    expect([...train.images.subarray(6, 12)]).toEqual([56, 57, 58, 59, 60, 61]);
    expect(parseRecords(shards.get("test-00")!, digits.shape).labels).toHaveLength(4);
  });

  const cut = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => bytes.slice(0, -3);
  test.each([
    ["a file too few", () => four().slice(1), /^Missing: test labels\. .*t10k-labels-idx1-ubyte\.gz/],
    ["one twice", () => [...four(), file("again", labels(7))], "train-labels and again both hold"],
    ["another count", () => [file("x", images(6))], /^x holds 6x2x3 bytes; Digits has 7 and 4/],
    ["another size", () => [file("x", idx([7, 3, 3], new Uint8Array(63)))], "x holds 7x3x3 bytes"],
    ["a cut file", () => [file("x", cut(images(7)))], "x says that it holds 42 bytes, but holds 39"],
    ["a cut gzip", () => [file("x", cut(new Uint8Array(gzipSync(images(7)))))], /^x: The compressed/],
    ["no idx", () => [file("x", new TextEncoder().encode("<!doctype html>"))], "x is no idx file"],
    ["nothing", () => [file("x", new Uint8Array())], "x: The file is empty"],
    ["floats", () => [file("x", new Uint8Array([0, 0, 13, 1, 0, 0, 0, 0]))], "x is no idx file"],
    [
      "a label beyond the classes",
      () => [file("bad", labels(4, 3)), ...four().slice(1)],
      "bad: label 3 is 3; labels are 0 to 2",
    ],
  ] as const)("with %s are refused by name", async (_, files, message) => {
    await expect(read(digits, files())).rejects.toMatchObject({ code: "dataset-format" });
    await expect(read(digits, files())).rejects.toThrow(message);
  });
});

describe("recognition", () => {
  const bright = defineDataset({
    ...{ ...digits, name: "digits-bright", title: "Digits, bright" },
    shape: { ...digits.shape, mean: [0.8] },
  });
  registerDataset(digits);
  registerDataset(bright);

  test("tells sets with files alike apart by how bright they are", async () => {
    expect((await recogniseFiles(four()))?.definition.name).toBe("digits");
    const light = [file("a", images(7, 190)), file("b", labels(7))];
    expect(await recogniseFiles(light)).toMatchObject({
      definition: { name: "digits-bright" },
      files: [{ name: "a" }, { name: "b" }],
    });
  });

  test("leaves alone what belongs to no set", async () => {
    expect(await recogniseFiles([file("a.json", new TextEncoder().encode("{}"))])).toBeNull();
  });
});

describe("an archive of records", () => {
  const pairs = defineDataset({
    ...{ ...digits, name: "pairs", title: "Pairs" },
    files: recordArchive({
      ...{ name: "pairs.tar.gz", begins: /^pairs\//, labels: 2, label: 1 },
      entries: { train: "train.bin", test: "test.bin" },
    }),
  });
  const records = (count: number): Uint8Array<ArrayBuffer> =>
    Uint8Array.from({ length: count * 8 }, (_, i) => (i % 8 === 0 ? 9 : i % 8 === 1 ? 2 : i));
  const packed = (files: Readonly<Record<string, Uint8Array>>): DataFile =>
    file("pairs.tar.gz", new Uint8Array(gzipSync(tar(files))));
  const whole = { "pairs/test.bin": records(4), "pairs/train.bin": records(7) };

  test("keeps the label that is meant", async () => {
    const shards = await read(pairs, [packed(whole)]);
    const { labels: kept, images: planes } = parseRecords(shards.get("train-00")!, pairs.shape);
    expect([...kept]).toEqual(new Array(7).fill(2));
    expect([...planes.subarray(6, 12)]).toEqual([10, 11, 12, 13, 14, 15]);
  });

  test.each([
    ["a split too few", { "pairs/train.bin": records(7) }, "test.bin is not in pairs.tar.gz"],
    ["too few images", { ...whole, "pairs/test.bin": records(3) }, "should hold 4 images, but holds 3"],
    ["too many images", { ...whole, "pairs/test.bin": records(5) }, "at most 32 are expected"],
  ])("with %s is refused", async (_, files, message) => {
    await expect(read(pairs, [packed(files)])).rejects.toThrow(message);
  });
});
