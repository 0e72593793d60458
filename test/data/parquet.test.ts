import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { readParquetImages } from "../../src/data/sets/cifar10/parquet.ts";
import fixture from "../fixtures/pictures-parquet.json" with { type: "json" };

const file = new Uint8Array(Buffer.from(fixture.parquet, "base64"));
const read = async (bytes: Uint8Array<ArrayBuffer>): Promise<[string, number][]> => {
  const rows: [string, number][] = [];
  await readParquetImages(bytes, (rgb, label) =>
    rows.push([createHash("sha256").update(rgb).digest("hex"), label]),
  );
  return rows;
};

test("a Parquet file written by PyArrow gives its pictures and labels exactly", async () => {
  expect(await read(file)).toEqual(fixture.rgbSha256.map((digest, i) => [digest, fixture.labels[i]]));
});

test("a damaged Parquet file ends in a named error", async () => {
  for (const wrong of [file.slice(0, -9), file.slice(100), new Uint8Array(3)])
    await expect(read(wrong)).rejects.toMatchObject({ code: "dataset-format" });
});
