import { expect, test } from "vitest";
import { createRng } from "../../src/core/math/rng.ts";
import { parseRecords as parse, recordBytes as bytesOfRecord } from "../../src/data/records.ts";
import { generateShapes } from "../../src/data/sets/shapes10/generate.ts";
import { shapes10 } from "../../src/data/sets/shapes10/index.ts";
import { shape, shapes10Manifest, shapes10Seed } from "../../src/data/sets/shapes10/manifest.ts";
import { drawImages } from "../../src/data/sources/generated.ts";
import { verifyShard } from "../../src/data/verify.ts";
import { imageBytes as bytesOfImage } from "../../src/engine/dataset-shape.ts";
import type { ImageSet } from "../../src/engine/network-engine.ts";

const [imageBytes, recordBytes] = [bytesOfImage(shape), bytesOfRecord(shape)];
const parseRecords = (records: Uint8Array): ImageSet => parse(records, shape);

const shard = (name: string): Uint8Array<ArrayBuffer> => {
  const [split, index] = name.split("-") as ["train" | "test", string];
  return generateShapes(shapes10Seed, split, 1000 * Number(index), 1000);
};

test("a generated shard has exactly the bytes whose digest the manifest names", async () => {
  for (const name of ["train-00", "test-01"]) {
    const info = shapes10Manifest.shards.find((one) => one.name === name)!;
    await verifyShard(info, shard(name), shape);
  }
});

test("an image depends on seed, split and index alone", () => {
  const many = generateShapes(3, "train", 0, 30);
  expect(generateShapes(3, "train", 17, 5)).toEqual(many.slice(17 * recordBytes, 22 * recordBytes));
  expect(generateShapes(4, "train", 0, 1)).not.toEqual(many.slice(0, recordBytes));
  expect(generateShapes(3, "test", 0, 1)).not.toEqual(many.slice(0, recordBytes));
});

test("images drawn one by one are those of the shards", async () => {
  const { images, labels } = parseRecords(shard("train-01"));
  const drawn = await drawImages(shapes10, "train", [1007, 1000]);
  expect([...drawn.labels]).toEqual([labels[7], labels[0]]);
  expect(drawn.images.subarray(0, imageBytes)).toEqual(
    images.subarray(7 * imageBytes, 8 * imageBytes),
  );
  expect(drawn.images.subarray(imageBytes)).toEqual(images.subarray(0, imageBytes));
});

test("every ten successive images hold each class once, in a changing order", () => {
  const { labels } = parseRecords(generateShapes(5, "train", 0, 100));
  const blocks = Array.from({ length: 10 }, (_, i) => [...labels.subarray(i * 10, i * 10 + 10)]);
  for (const block of blocks) expect([...block].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(new Set(blocks.map(String)).size).toBeGreaterThan(5);
});

test("a softmax regression on the pixels learns its training images and stays under 50 % on others", () => {
  const train = parseRecords(generateShapes(shapes10Seed, "train", 0, 2000));
  const held = parseRecords(generateShapes(shapes10Seed, "test", 0, 500));
  const weights = trainSoftmax(features(train.images), train.labels, { epochs: 4, rate: 0.002 });
  const fitted = accuracy(weights, features(train.images), train.labels);
  const reached = accuracy(weights, features(held.images), held.labels);
  console.log(`linear classifier: ${fitted} on its training images, ${reached} on others`);
  expect(fitted).toBeGreaterThan(0.3);
  expect(reached).toBeGreaterThan(0.12);
  expect(reached).toBeLessThan(0.5);
});

const size = imageBytes + 1;

/** Pixels in -2..2 and a one for the bias, [n, 3073]. */
function features(images: Uint8Array): Float32Array {
  const values = new Float32Array((images.length / imageBytes) * size).fill(1);
  for (let i = 0; i < images.length; i++)
    values[Math.floor(i / imageBytes) * size + (i % imageBytes)] = images[i]! / 64 - 2;
  return values;
}

/** Plain stochastic gradient descent on cross-entropy. @returns [10, 3073] */
function trainSoftmax(
  inputs: Float32Array,
  labels: Uint8Array,
  { epochs, rate }: { epochs: number; rate: number },
): Float32Array {
  const weights = new Float32Array(10 * size);
  const order = Uint32Array.from(labels, (_, i) => i);
  const rng = createRng("linear classifier");
  for (let epoch = 0; epoch < epochs; epoch++)
    for (const i of rng.shuffle(order)) {
      const logits = logitsOf(weights, inputs, i);
      const top = Math.max(...logits);
      const sum = logits.reduce((total, logit) => total + Math.exp(logit - top), 0);
      for (let c = 0; c < 10; c++) {
        const error = Math.exp(logits[c]! - top) / sum - (c === labels[i] ? 1 : 0);
        const step = (rate * error) / (1 + epoch);
        for (let j = 0, w = c * size, x = i * size; j < size; j++, w++, x++)
          weights[w] = weights[w]! - step * inputs[x]!;
      }
    }
  return weights;
}

function logitsOf(weights: Float32Array, inputs: Float32Array, i: number): number[] {
  const logits: number[] = [];
  for (let c = 0; c < 10; c++) {
    let logit = 0;
    for (let j = 0, w = c * size, x = i * size; j < size; j++, w++, x++)
      logit += weights[w]! * inputs[x]!;
    logits.push(logit);
  }
  return logits;
}

function accuracy(weights: Float32Array, inputs: Float32Array, labels: Uint8Array): number {
  const right = labels.filter((label, i) => {
    const logits = logitsOf(weights, inputs, i);
    return logits.indexOf(Math.max(...logits)) === label;
  });
  return right.length / labels.length;
}
