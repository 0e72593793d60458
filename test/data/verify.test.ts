import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { createRng } from "../../src/core/math/rng.ts";
import { recordBytes as bytesOfRecord } from "../../src/data/records.ts";
import { generateShapes } from "../../src/data/sets/shapes10/generate.ts";
import { shape } from "../../src/data/sets/shapes10/manifest.ts";
import { verifyShard } from "../../src/data/verify.ts";

const recordBytes = bytesOfRecord(shape);
const bytes = generateShapes(1, "train", 0, 8);
const info = (content: Uint8Array) => ({
  name: "train-00",
  split: "train" as const,
  count: content.length / recordBytes,
  sizeBytes: content.length,
  sha256: createHash("sha256").update(content).digest("hex"),
});

test("1,000 mutated shards are refused, every one", async () => {
  await verifyShard(info(bytes), bytes, shape);
  const rng = createRng("mutations");
  const mutations: ((copy: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>)[] = [
    (copy) => {
      const at = rng.int(copy.length);
      copy[at] = copy[at]! ^ (1 << rng.int(8));
      return copy;
    },
    (copy) => copy.slice(0, rng.int(copy.length)),
    (copy) => {
      const longer = new Uint8Array(copy.length + 1);
      longer.set(copy);
      return longer;
    },
    (copy) => {
      const [a, b] = [rng.int(8), 1 + rng.int(7)];
      const first = copy.slice(a * recordBytes, (a + 1) * recordBytes);
      const other = ((a + b) % 8) * recordBytes;
      copy.copyWithin(a * recordBytes, other, other + recordBytes);
      copy.set(first, other);
      return copy;
    },
    () => new TextEncoder().encode("<!doctype html><title>Not found</title>"),
  ];
  for (let i = 0; i < 1000; i++) {
    const mutated = mutations[i % mutations.length]!(bytes.slice());
    await expect(verifyShard(info(bytes), mutated, shape), `mutation ${i}`).rejects.toMatchObject({
      code: "dataset-corrupt",
    });
  }
});

test("a label above 9 is refused even where the digest agrees", async () => {
  const wrong = bytes.slice();
  wrong[recordBytes] = 10;
  await expect(verifyShard(info(wrong), wrong, shape)).rejects.toThrow("label 10");
});
