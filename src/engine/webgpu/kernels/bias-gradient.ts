import { defineKernel, type Kernel } from "../kernel.ts";
import type { Real } from "../conv/conv-shape.ts";
import { addersEnable, addUp, type Adders } from "./add-up.ts";

/** Sum over rows per channel, one workgroup per four channels. Buffers: dy [rows, C], db [C]. */
export function biasGradient(real: Real, adders: Adders): Kernel {
  const { threads } = adders;
  const { globals, code } = addUp(adders, ["sum"]);
  return defineKernel({
    name: "bias-gradient",
    enable: [...addersEnable(adders), ...(real === "f16" ? ["f16"] : [])],
    buffers: { dy: `read array<vec4<${real}>>`, db: "write array<vec4f>" },
    params: ["rows", "c4"],
    globals,
    workgroup: [threads],
    builtins: ["group", "index"],
    body: `
var sum = vec4f();
for (var r = index; r < p.rows; r += ${threads}u) { sum += vec4f(dy[r * p.c4 + group.x]); }
${code}
if (index == 0u) { db[group.x] = sum; }`,
  });
}
