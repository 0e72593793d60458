import { defineKernel, itemThreads, type Kernel } from "../kernel.ts";

/** Scale 1 and shift 0, for batch norms that have no own; one item per four channels of each. */
export const unitScale = (): Kernel =>
  defineKernel({
    name: "unit-scale",
    buffers: { scale: "write array<vec4f>" },
    params: ["items", "c4"],
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `
if (item >= p.items) { return; }
scale[item] = vec4f(select(0.0, 1.0, item < p.c4));`,
  });
