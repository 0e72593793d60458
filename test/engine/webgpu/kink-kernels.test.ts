import { describe, expect, test } from "vitest";
import { createRng, type Rng } from "../../../src/core/math/rng.ts";
import type { Real } from "../../../src/engine/webgpu/conv/conv-shape.ts";
import { itemGrid } from "../../../src/engine/webgpu/kernel.ts";
import { activateGradient } from "../../../src/engine/webgpu/kernels/elementwise.ts";
import { pool, poolGradient } from "../../../src/engine/webgpu/kernels/pool.ts";
import { runCall, storedAs, testDevice, valuesOf } from "./kernel-harness.ts";
import { reluActivation } from "../../../src/engine/ops/relu.ts";

const device = await testDevice();

/** Small quarters: exact in both formats, their sums too, and equal values are frequent. */
const quarters = (rng: Rng, length: number): Float32Array =>
  Float32Array.from({ length }, () => (rng.int(17) - 8) / 4);

const cases = (["f32", "f16"] as const).flatMap((real) =>
  [1, 2, 3, 4, 5].map((seed) => [real, seed] as const),
);

describe.each(cases)("kernels whose gradient jumps, in %s, seed %i", (real: Real, seed) => {
  test("max pooling takes the largest value, and its gradient goes to the first of equals", async ({
    skip,
  }) => {
    skip(real === "f16" && !device.halfPrecision, "the adapter has no 16-bit floats");
    const rng = createRng("max pooling", seed);
    const [kh, kw, sh, sw] = [1 + rng.int(4), 1 + rng.int(4), 1 + rng.int(3), 1 + rng.int(3)];
    const [batch, height, width, channels] = [1 + rng.int(3), 4 + rng.int(6), 4 + rng.int(6), 8];
    const [pt, pl] = [rng.int(kh), rng.int(kw)];
    const outHeight = Math.floor((height + pt + rng.int(kh) - kh) / sh) + 1;
    const outWidth = Math.floor((width + pl + rng.int(kw) - kw) / sw) + 1;
    const shape = { batch, height, width, outHeight, outWidth, kh, kw, sh, sw, pt, pl };
    const x = quarters(rng, batch * height * width * channels);
    const dy = quarters(rng, batch * outHeight * outWidth * channels);
    const start = quarters(rng, x.length);
    const y = new Float32Array(dy.length);
    const dx = Float32Array.from(start);
    for (let out = 0; out < y.length; out++) {
      const c = out % channels;
      const pixel = (out - c) / channels;
      const [ox, oy] = [pixel % outWidth, Math.floor(pixel / outWidth) % outHeight];
      const image = Math.floor(pixel / outWidth / outHeight);
      let best = -1;
      for (let ky = 0; ky < kh; ky++)
        for (let kx = 0; kx < kw; kx++) {
          const [iy, ix] = [oy * sh + ky - pt, ox * sw + kx - pl];
          if (iy < 0 || ix < 0 || iy >= height || ix >= width) continue;
          const at = ((image * height + iy) * width + ix) * channels + c;
          if (best < 0 || x[at]! > x[best]!) best = at;
        }
      y[out] = x[best]!;
      dx[best]! += dy[out]!;
    }
    const params = { ...shape, c4: channels / 4 };
    const stored = (values: Float32Array): Float32Array | Uint16Array => storedAs(values, real);
    const forward = await runCall(
      device.gpu,
      {
        kernel: pool("max", real),
        params: { ...params, items: y.length / 4 },
        grid: itemGrid(y.length / 4),
      },
      [stored(x), stored(new Float32Array(y.length))],
    );
    expect(Array.from(valuesOf(forward[1]!, real)), JSON.stringify(shape)).toEqual([...y]);
    const back = await runCall(
      device.gpu,
      {
        kernel: poolGradient("max", true, real),
        params: { ...params, items: x.length / 4 },
        grid: itemGrid(x.length / 4),
      },
      [stored(dy), stored(x), stored(start)],
    );
    expect(Array.from(valuesOf(back[2]!, real)), JSON.stringify(shape)).toEqual([...dx]);
  });

  test("ReLU's gradient is that of the positive values, zero at zero", async ({ skip }) => {
    skip(real === "f16" && !device.halfPrecision, "the adapter has no 16-bit floats");
    const rng = createRng("relu", seed);
    const [x, dy, start] = [quarters(rng, 300), quarters(rng, 300), quarters(rng, 300)];
    const results = await runCall(
      device.gpu,
      {
        kernel: activateGradient(reluActivation, true, real),
        params: { items: 75 },
        grid: itemGrid(75),
      },
      [dy, x, start].map((values) => storedAs(values, real)),
    );
    const expected = start.map((value, i) => value + (x[i]! > 0 ? dy[i]! : 0));
    expect(Array.from(valuesOf(results[2]!, real))).toEqual([...expected]);
  });
});
