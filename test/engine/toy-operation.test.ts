import { asWritten } from "../../src/core/words/index.ts";
import { describe, expect, test } from "vitest";
import { createRng } from "../../src/core/math/rng.ts";
import { openDevice } from "../../src/engine/device.ts";
import { GraphBuilder } from "../../src/engine/model/builder.ts";
import { forwardMacs } from "../../src/engine/model/flops.ts";
import type { Graph } from "../../src/engine/model/graph.ts";
import { channelsOf, type AnyNode } from "../../src/engine/model/node.ts";
import { parameterCount } from "../../src/engine/model/weights.ts";
import { registerOperation } from "../../src/engine/ops/index.ts";
import { defineOperation } from "../../src/engine/ops/operation.ts";
import { createReferenceEngine } from "../../src/engine/reference/engine.ts";
import { createWebGpuEngine } from "../../src/engine/webgpu/engine.ts";
import { defineKernel, itemGrid, itemThreads } from "../../src/engine/webgpu/kernel.ts";
import { rowsOf, runQuads } from "../../src/engine/webgpu/values.ts";
import { oracleCases } from "./oracle-cases.ts";
import {
  optionsOf,
  pseudoImages,
  pseudoState,
  violations,
  type EngineFactory,
} from "./oracle-run.ts";
import { testDevice } from "./webgpu/kernel-harness.ts";
import { compareStep, precisions, wholeStep } from "./whole-step.ts";

/** y = gain · x ^ power, a gain per channel: attributes, weights, kernels and gradients of its own. */
interface PowerGain extends AnyNode {
  readonly op: "power-gain";
  readonly power: 2 | 3;
}

const params = ["items", "c4", "power:f32"];
const powered = `fn powered(x: vec4f, n: f32) -> vec4f { return select(x, x * x, n > 1.5) * select(vec4f(1.0), x, n > 2.5); }`;

const forwardKernel = defineKernel({
  name: "power-gain",
  buffers: { x: "read array<vec4f>", gain: "read array<vec4f>", y: "write array<vec4f>" },
  params,
  globals: powered,
  workgroup: [itemThreads],
  builtins: ["item"],
  body: `if (item >= p.items) { return; }
y[item] = gain[item % p.c4] * powered(x[item], p.power);`,
});

const inputGradientKernel = (add: boolean) =>
  defineKernel({
    name: `power-gain-input${add ? "-add" : ""}`,
    buffers: {
      dy: "read array<vec4f>",
      x: "read array<vec4f>",
      gain: "read array<vec4f>",
      dx: "write array<vec4f>",
    },
    params,
    globals: powered,
    workgroup: [itemThreads],
    builtins: ["item"],
    body: `if (item >= p.items) { return; }
let value = dy[item] * gain[item % p.c4] * p.power * powered(x[item], p.power - 1.0);
dx[item] = value${add ? " + dx[item]" : ""};`,
  });

const gainGradientKernel = defineKernel({
  name: "power-gain-weight",
  buffers: { dy: "read array<vec4f>", x: "read array<vec4f>", dGain: "write array<vec4f>" },
  params: [...params, "rows"],
  globals: powered,
  workgroup: [itemThreads],
  builtins: ["item"],
  body: `if (item >= p.items) { return; }
var sum = vec4f();
for (var r = 0u; r < p.rows; r++) { sum += dy[r * p.c4 + item] * powered(x[r * p.c4 + item], p.power); }
dGain[item] = sum;`,
});

const powerGain = defineOperation<PowerGain>({
  op: "power-gain",
  shape({ node, input, refuse }) {
    if (node.power !== 2 && node.power !== 3)
      throw refuse(asWritten(`power ${String(node.power)}`));
    return input;
  },
  weights: ({ input }) => [
    { suffix: "gain", role: "gamma", shape: [channelsOf(input)], trainable: true, fanIn: 1 },
  ],
  macs: ({ input }) => channelsOf(input),
  reference({ tf, node, x, weight }) {
    const square = tf.mul(x, x);
    return tf.mul(node.power === 3 ? tf.mul(square, x) : square, weight("gain"));
  },
  webgpu: {
    kind: "kernels",
    forward({ context, node, x, y, weight }) {
      const own = { c4: y.pitch / 4, power: node.power };
      const buffers = [x, weight("gain"), y];
      runQuads({ context, node }, { kernel: forwardKernel, buffers, params: own, over: y });
    },
    gradient({ context, node, x, dy, weight, weightGradient, into }) {
      const own = { c4: dy.pitch / 4, power: node.power };
      context.writer.run({
        label: `${node.name} gain gradient`,
        kernel: gainGradientKernel,
        buffers: [dy.slice, x.slice, weightGradient("gain")],
        params: { ...own, items: dy.pitch / 4, rows: rowsOf(context, dy) },
        grid: itemGrid(dy.pitch / 4),
      });
      const target = into(0);
      if (!target) return;
      runQuads(
        { context, node },
        {
          kernel: inputGradientKernel(target.add),
          buffers: [dy, x, weight("gain"), target.value],
          params: own,
          over: target.value,
        },
      );
    },
  },
});

registerOperation(powerGain);

/** The toy behind a convolution, twice, and on features. */
function toyNet(): Graph {
  const net = new GraphBuilder("toy", { height: 32, width: 32, channels: 3 }, 10);
  const a = net.conv(0, "a", 6, { stride: 4, padding: 1 });
  const square = net.addOf(powerGain, "square", [a], { power: 2 });
  const cube = net.addOf(powerGain, "cube", [a], { power: 3 });
  const b = net.silu(net.batchNorm(net.sum([square, cube], "both"), "bn"), "silu");
  const pooled = net.globalAveragePool(b, "pool");
  net.dense(net.addOf(powerGain, "features", [pooled], { power: 2 }), "linear", 10);
  return net.build();
}

describe("an operation that is registered from outside the table", () => {
  const graph = toyNet();

  test("counts in parameters and multiply-accumulates, and refuses what does not fit", () => {
    expect(parameterCount(graph)).toBe(6 * 3 * 9 + 3 * 6 + 2 * 6 + 6 * 10 + 10);
    expect(forwardMacs(graph)).toBe(8 * 8 * 6 * 3 * 9 + 3 * 6 + 60);
    const net = new GraphBuilder("wrong", graph.input, 10);
    net.addOf(powerGain, "odd", [0], { power: 5 as 3 });
    expect(() => parameterCount(net.build())).toThrow("Node odd (power-gain): power 5.");
    expect(() => registerOperation(powerGain)).toThrow(/power-gain already/);
  });

  test("trains on both engines alike, gradients included", async () => {
    const device = await testDevice();
    const cpu = await openDevice({ backend: "cpu" });
    const problem = {
      graph,
      options: {
        ...optionsOf(oracleCases[0]!),
        optimizer: { name: "SGD", momentum: 0.9, nesterov: false, weightDecay: 0 },
      },
      state: pseudoState(graph, 7),
      images: pseudoImages(7, 4),
      learningRate: 0.1,
    } as const;
    const reference: EngineFactory = (g, o) => createReferenceEngine(cpu, g, o);
    const deviations = await compareStep(
      problem,
      reference,
      (g, o) => createWebGpuEngine(device, g, o),
      precisions.f32,
      createRng("toy"),
    );
    expect(deviations.map(({ quantity }) => quantity)).toContain("gradient of cube.gain");
    expect(violations(deviations)).toEqual([]);
    const step = await wholeStep(problem, reference);
    for (const name of ["square", "cube", "features"])
      expect(
        Math.max(...Array.from(step.get(`gradient of ${name}.gain`)!, Math.abs)),
      ).toBeGreaterThan(0);
  });
});
