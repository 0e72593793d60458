import { defineKernel, itemThreads, type Kernel } from "../kernel.ts";

/** Half-precision gradients are computed of the loss times a scale that adapts: halved after a step with an infinite or undefined
 *  gradient, which is skipped, and doubled after `growthSteps` steps without.
 *  The buffer: [scale, steps since the last change, 1 when this step's gradients are unusable]. */
export const initialLossScale = [1024, 0, 0, 0] as const;
const growthSteps = 500;
const largestScale = 65536;

/** Sets the flag when a gradient is infinite or undefined; one item per four values. */
export const checkGradients = (): Kernel =>
  defineKernel({
    name: "check-gradients",
    buffers: { gradients: "read array<vec4u>", scale: "write array<u32>" },
    params: ["items"],
    workgroup: [itemThreads],
    builtins: ["item"],
    // By bits, because WGSL lets compilers assume that numbers are finite. All writers write the same value.
    body: `
if (item >= p.items) { return; }
let bad = (gradients[item] & vec4u(0x7f800000u)) == vec4u(0x7f800000u);
if (any(bad)) { scale[2] = 0x3f800000u; }`,
  });

/** Adapts the scale after the update and clears the flag. */
export const adaptScale = (): Kernel =>
  defineKernel({
    name: "adapt-loss-scale",
    buffers: { scale: "write array<f32>" },
    params: [],
    workgroup: [1],
    builtins: ["index"],
    body: `
if (scale[2] != 0.0) {
  scale[0] = max(scale[0] * 0.5, 1.0); scale[1] = 0.0; scale[2] = 0.0;
} else {
  scale[1] += 1.0;
  if (scale[1] >= ${growthSteps}.0) { scale[0] = min(scale[0] * 2.0, ${largestScale}.0); scale[1] = 0.0; }
}`,
  });
