import { defineKernel, itemThreads, unroll, type Kernel } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";
import { drawFunctions } from "./draw.ts";

/** Makes a training batch from resident bytes: takes image order[first + row], crops, flips, erases and normalises it (the
 *  draws of training/augment.ts). The images may lie in several buffers, `imagesPerPiece` in each; one item per pixel.
 *  Buffers: order, labels, pieces..., y [B, H, W, 4], label [B]. */
export function gatherBatch(pieces: number, real: Real): Kernel {
  return defineKernel({
    name: `gather-batch-${pieces}`,
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      order: "read array<u32>",
      labels: "read array<u32>",
      ...pieceBuffers(pieces),
      y: `write array<vec4<${real}>>`,
      label: "write array<u32>",
      step: "step",
    },
    params: [
      ...["pixels", "height", "width", "channels", "imagesPerPiece", "padding", "flip", "cutout"],
      ...normalisation,
    ],
    globals: `${drawFunctions}\n${byteFunctions(pieces)}`,
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.pixels) { return; }
let plane = p.height * p.width;
let row = item / plane; let pixel = item % plane;
let py = pixel / p.width; let px = pixel % p.width;
let image = order[step.first + row];
if (pixel == 0u) { label[row] = labels[image]; }
var cropX = 0u; var cropY = 0u;
if (p.padding > 0u) {
  cropX = draw(step.seed, step.epoch, image, 1u) % (2u * p.padding + 1u);
  cropY = draw(step.seed, step.epoch, image, 2u) % (2u * p.padding + 1u);
}
var fromX = px;
if (p.flip == 1u && draw(step.seed, step.epoch, image, 3u) >= 0x80000000u) { fromX = p.width - 1u - px; }
if (p.cutout > 0u) {
  let half = i32(p.cutout >> 1u);
  let left = i32(draw(step.seed, step.epoch, image, 4u) % p.width) - half;
  let top = i32(draw(step.seed, step.epoch, image, 5u) % p.height) - half;
  let dx = i32(px) - left; let dy = i32(py) - top;
  if (dx >= 0 && dx < i32(p.cutout) && dy >= 0 && dy < i32(p.cutout)) {
    y[item] = vec4<${real}>();
    return;
  }
}
// The padding is black before normalisation.
var value = vec4f();
let sx = fromX + cropX - p.padding; let sy = py + cropY - p.padding;
if (sx < p.width && sy < p.height) { value = pixelOf(image, sy * p.width + sx, plane); }
y[item] = vec4<${real}>(normalise(value));`,
  });
}

/** Makes an evaluation batch: image first + row, normalised; rows past `count` repeat the last image and are not counted.
 *  Buffers: labels, images, y, label. The step block gives `first` and, in `done`, the number of images. */
export function plainBatch(real: Real): Kernel {
  return defineKernel({
    name: "plain-batch",
    enable: real === "f16" ? ["f16"] : [],
    buffers: {
      labels: "read array<u32>",
      ...pieceBuffers(1),
      y: `write array<vec4<${real}>>`,
      label: "write array<u32>",
      step: "step",
    },
    params: ["pixels", "height", "width", "channels", "imagesPerPiece", ...normalisation],
    globals: byteFunctions(1),
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.pixels) { return; }
let plane = p.height * p.width;
let row = item / plane;
let image = min(step.first + row, step.done - 1u);
if (item % plane == 0u) { label[row] = labels[image]; }
y[item] = vec4<${real}>(normalise(pixelOf(image, item % plane, plane)));`,
  });
}

const normalisation = ["mean0", "mean1", "mean2", "std0", "std1", "std2"].map(
  (name) => `${name}:f32`,
);

const pieceBuffers = (pieces: number): Record<string, "read array<u32>"> =>
  Object.fromEntries(
    Array.from({ length: pieces }, (_, i) => [`images${i}`, "read array<u32>"] as const),
  );

const byteFunctions = (pieces: number): string => `
fn byteOf(image: u32, offset: u32) -> f32 {
  let piece = image / p.imagesPerPiece;
  let at = image % p.imagesPerPiece * p.channels * p.height * p.width + offset;
  var word = 0u;
  ${unroll(pieces, (i) => `if (piece == ${i}u) { word = images${i}[at / 4u]; }`)}
  return f32((word >> (at % 4u * 8u)) & 255u);
}
fn pixelOf(image: u32, at: u32, plane: u32) -> vec4f {
  var value = vec4f(byteOf(image, at), 0, 0, 0);
  if (p.channels > 1u) { value.y = byteOf(image, plane + at); }
  if (p.channels > 2u) { value.z = byteOf(image, 2u * plane + at); }
  return value;
}
fn normalise(bytes: vec4f) -> vec4f {
  let value = (bytes.xyz / 255.0 - vec3f(p.mean0, p.mean1, p.mean2)) / vec3f(p.std0, p.std1, p.std2);
  return vec4f(select(vec3f(), value, vec3u(0u, 1u, 2u) < vec3u(p.channels)), 0.0);
}`;
