import { expect, test } from "vitest";
import { itemGrid } from "../../../src/engine/webgpu/kernel.ts";
import { activate, activateGradient } from "../../../src/engine/webgpu/kernels/elementwise.ts";
import { geluActivation } from "../../../src/engine/webgpu/kernels/gelu.ts";
import { runCall, testDevice } from "./kernel-harness.ts";

const { gpu } = await testDevice();

/** Φ by Simpson's rule on the density from 0, good to 1e-13 on [-12, 12]. */
function normalCdf(x: number): number {
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  const steps = 4000;
  const h = x / steps;
  let sum = density(0) + density(x);
  for (let i = 1; i < steps; i++) sum += (i % 2 ? 4 : 2) * density(i * h);
  return 0.5 + (sum * h) / 3;
}

test("GELU and its slope are exact to a few roundings, far tails included", async () => {
  const x = Float32Array.from({ length: 1000 }, (_, i) => (i - 500) / 42);
  const [items, zeros, ones] = [250, new Float32Array(1000), new Float32Array(1000).fill(1)];
  const call = { params: { items }, grid: itemGrid(items) };
  const forward = await runCall(gpu, { kernel: activate(geluActivation, "f32"), ...call }, [
    x,
    zeros,
  ]);
  const back = await runCall(
    gpu,
    { kernel: activateGradient(geluActivation, false, "f32"), ...call },
    [ones, x, zeros],
  );
  const [y, slope] = [new Float32Array(forward[1]!), new Float32Array(back[2]!)];
  x.forEach((value, i) => {
    const cdf = normalCdf(value);
    const density = Math.exp((-value * value) / 2) / Math.sqrt(2 * Math.PI);
    expect(Math.abs(y[i]! - value * cdf), `gelu(${value})`).toBeLessThan(1e-6);
    expect(Math.abs(slope[i]! - (cdf + value * density)), `slope at ${value}`).toBeLessThan(1e-6);
  });
});
