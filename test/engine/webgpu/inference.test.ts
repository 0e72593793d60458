import { describe, expect, test } from "vitest";
import { openDevice } from "../../../src/engine/device.ts";
import { GraphBuilder } from "../../../src/engine/model/builder.ts";
import type { Graph } from "../../../src/engine/model/graph.ts";
import { resnet } from "../networks/resnet.ts";
import { defaultOptimizers } from "../../../src/engine/training/optimizer-config.ts";
import { createReferenceEngine } from "../../../src/engine/reference/engine.ts";
import { createWebGpuEngine, type WebGpuOptions } from "../../../src/engine/webgpu/engine.ts";
import { planNetwork } from "../../../src/engine/webgpu/plan/network-plan.ts";
import { oracleCases } from "../oracle-cases.ts";
import { optionsOf, pseudoImages, pseudoState, type EngineFactory } from "../oracle-run.ts";
import { relativeError, testDevice } from "./kernel-harness.ts";

const device = await testDevice();
const cpu = await openDevice({ backend: "cpu" });
const options = { ...optionsOf(oracleCases[0]!), batchSize: 4 };

/** Norms that fold and norms that do not: behind a grouped convolution, a pool, an input that is used twice. */
function mixed(): Graph {
  const net = new GraphBuilder("mixed", { height: 32, width: 32, channels: 3 }, 10);
  const a = net.silu(net.batchNorm(net.conv(0, "a", 6, { stride: 2, bias: true }), "a_bn"), "a_s");
  const twice = net.conv(a, "twice", 6);
  const b = net.relu(net.batchNorm(twice, "b_bn"), "b_relu");
  const grouped = net.batchNorm(net.conv(b, "grouped", 6, { groups: 3 }), "grouped_bn");
  const c = net.relu(
    net.sum([net.batchNorm(net.conv(b, "c", 6), "c_bn"), grouped], "c_sum"),
    "c_r",
  );
  const d = net.relu(net.sum([net.batchNorm(net.conv(c, "d", 6), "d_bn"), twice], "d_sum"), "d_r");
  const pooled = net.batchNorm(net.pool(d, "p", "max", { kernel: 2 }), "p_bn");
  net.dense(net.globalAveragePool(pooled, "pool"), "linear", 10);
  return net.build();
}

/** Norms without scale and shift, which fold too; norms behind dilated and depthwise convolutions, which do not; activations that a
 *  folded convolution can do and some that it cannot. */
function various(): Graph {
  const net = new GraphBuilder("various", { height: 32, width: 32, channels: 3 }, 10);
  const plain = { affine: false };
  const a = net.silu(net.batchNorm(net.conv(0, "a", 6, { stride: 4 }), "a_bn", plain), "a_silu");
  const b = net.batchNorm(net.conv(a, "b", 6, { dilation: 2 }), "b_bn", plain);
  const c = net.batchNorm(net.conv(a, "c", 6, { bias: true }), "c_bn", plain);
  const sum = net.add("sum_sigmoid", [net.sum([b, c], "sum")], { op: "sigmoid" });
  const d = net.batchNorm(net.conv(sum, "d", 6, { groups: 6 }), "d_bn");
  const e = net.batchNorm(net.conv(net.relu(d, "d_relu"), "e", 5), "e_bn");
  const f = net.conv(net.add("e_gelu", [e], { op: "gelu" }), "f", 6);
  const g = net.add("f_sigmoid", [net.batchNorm(f, "f_bn")], { op: "sigmoid" });
  net.dense(net.globalAveragePool(g, "pool"), "linear", 10);
  return net.build();
}

const graphs = [resnet({ depth: 10, width: 3 }), mixed(), various()];
const variants: readonly (readonly [name: string, options: WebGpuOptions, tolerance: number])[] = [
  ["chosen kernels", {}, 1e-4],
  ["workgroup tiles", { family: { kind: "workgroup" } }, 1e-4],
  ["register tiles", { family: { kind: "register", lanes: 8 } }, 1e-4],
  ...(device.halfPrecision ? [["half precision", { precision: "f16" }, 1e-2] as const] : []),
];

/** Probabilities and the loss of a set that fills no batch evenly, as often as an engine is asked. */
async function evaluated(create: EngineFactory, graph: Graph): Promise<readonly number[]> {
  const engine = await create(graph, options);
  try {
    const set = pseudoImages(5, 11);
    await engine.setTrainingSet(set);
    await engine.restore(pseudoState(graph, 3));
    const before = await engine.evaluate(set);
    // What was folded once does not stay when the weights change.
    engine.beginEpoch(0, Uint32Array.of(0, 1, 2, 3));
    await engine.step(0, 0.05);
    const after = await engine.evaluate(set);
    const probabilities = await engine.predict(set.images);
    expect(after.loss).not.toBe(before.loss);
    return [before.loss, after.loss, ...probabilities];
  } finally {
    engine.dispose();
  }
}

describe.each(graphs.map((graph, i) => [`${graph.name} ${i}`, graph] as const))(
  "evaluation of %s with folded batch norms",
  (_, graph) => {
    const expected = evaluated((g, o) => createReferenceEngine(cpu, g, o), graph);
    test.each(variants)(
      "agrees with the reference engine (%s)",
      async (_name, chosen, tolerance) => {
        const observed = await evaluated((g, o) => createWebGpuEngine(device, g, o, chosen), graph);
        expect(relativeError(observed, await expected)).toBeLessThan(tolerance);
      },
    );
  },
);

test("a ResNet-18 is evaluated without a pass over activations for any batch norm", () => {
  const plan = planNetwork(resnet(), {
    batch: 128,
    optimizer: defaultOptimizers.SGD,
    labelSmoothing: 0,
    family: { kind: "workgroup" },
    real: "f32",
    maxBindingBytes: 2 ** 27,
    maxBuffers: 10,
  });
  // 20 convolutions, pooling, the dense layer, the loss.
  expect(plan.evaluation).toHaveLength(23);
  expect(plan.folding).toHaveLength(20);
});
