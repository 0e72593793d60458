import type { Rng } from "../../../src/core/math/rng.ts";
import type { ConvShape } from "../../../src/engine/webgpu/conv/conv-shape.ts";

/** Standard normal numbers. */
export const normals = (rng: Rng, length: number): Float32Array =>
  Float32Array.from({ length }, () => rng.normal());

/** The shape of a seed: such as the kernels for whole lines take, any, and 3x3 filters, in turns. */
export function shapeOf(seed: number, rng: Rng): ConvShape {
  if (seed % 3 === 0) return wholeLines(seed / 3 - 1, rng);
  return seed % 3 === 1 ? randomShape(rng) : squareFilters(rng);
}

/** Lines that divide a tile of 32 pixels, in images of any height; channels such that lanes own one or two of them. */
function wholeLines(turn: number, rng: Rng): ConvShape {
  const height = 1 + rng.int(13);
  const width = turn < 3 ? 2 ** (2 + rng.int(4)) : 2 ** rng.int(2);
  const channels = [
    [16, 24],
    [32, 24],
    [12, 12],
    [48, 20],
  ] as const;
  const [inputs, outputs] = channels[turn]!;
  return {
    ...{
      batch: 1 + rng.int(5),
      height,
      width,
      inputs,
      outHeight: height,
      outWidth: width,
      outputs,
    },
    ...({ kernel: [3, 3], stride: [1, 1], padding: [1, 1] } as const),
  };
}

/** 3x3 filters of stride 1 on odd sizes, for kernels that take nothing else. */
function squareFilters(rng: Rng): ConvShape {
  const [height, width] = [3 + rng.int(10), 3 + rng.int(10)];
  const padding = [rng.int(3), rng.int(3)] as const;
  return {
    batch: 1 + rng.int(5),
    height,
    width,
    inputs: 4 * (1 + rng.int(16)),
    outHeight: height + 2 * padding[0] - 2,
    outWidth: width + 2 * padding[1] - 2,
    outputs: 4 * (1 + rng.int(16)),
    kernel: [3, 3],
    stride: [1, 1],
    padding,
  };
}

/** Odd sizes, strides, even kernels, paddings that differ between the sides. */
function randomShape(rng: Rng): ConvShape {
  const kernel = [1 + rng.int(4), 1 + rng.int(4)] as const;
  const stride = [1 + rng.int(3), 1 + rng.int(2)] as const;
  const padding = [rng.int(kernel[0]), rng.int(kernel[1])] as const;
  const height = 3 + rng.int(12);
  const width = 3 + rng.int(12);
  const out = (size: number, axis: 0 | 1): number =>
    Math.floor((size + padding[axis] + rng.int(2) - kernel[axis]) / stride[axis]) + 1;
  return {
    batch: 1 + rng.int(5),
    height,
    width,
    inputs: 4 * (1 + rng.int(rng.int(2) ? 20 : 4)),
    outHeight: Math.max(1, out(height, 0)),
    outWidth: Math.max(1, out(width, 1)),
    outputs: 4 * (1 + rng.int(rng.int(2) ? 24 : 4)),
    kernel,
    stride,
    padding,
  };
}
