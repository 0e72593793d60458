import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { openDevice } from "../../../src/engine/device.ts";
import { forwardMacs } from "../../../src/engine/model/flops.ts";
import type { Graph } from "../../../src/engine/model/graph.ts";
import { parameterCount } from "../../../src/engine/model/weights.ts";
import { findNetwork, networkNames } from "../../../src/engine/networks/index.ts";
import { createReferenceEngine } from "../../../src/engine/reference/engine.ts";
import { createWebGpuEngine } from "../../../src/engine/webgpu/engine.ts";
import { graphShapeList, readNetworks, shapeList } from "./networks-fixture.ts";
import {
  compareNetworkStep,
  runNetworkStep,
  wholeErrors,
  type NetworkStep,
} from "./networks-run.ts";
import { violations } from "../oracle-run.ts";
import { testDevice } from "../webgpu/kernel-harness.ts";

const networks = readNetworks();

const build = (name: string, width: number): Graph =>
  findNetwork(name).build({ width }, { height: 32, width: 32, channels: 3 }, 10);

const gpu = await testDevice();
const cpu = await openDevice({ backend: "cpu" });

const script = fileURLToPath(new URL("../../fixtures/pytorch/make_networks.py", import.meta.url));
const python = process.env["TABTUNE_PYTHON"] ?? "python3";
const hasTorch = spawnSync(python, ["-c", "import torch"]).status === 0;
const unless = hasTorch ? "" : ` (skipped: ${python} has no PyTorch)`;

/** Gradients and statistics of the fixture's step by name, computed now. */
function dumped(name: string): ReadonlyMap<string, Float64Array> {
  const { names, shapes } = networks[name]!;
  const result = spawnSync(python, [script, "--dump", name], { maxBuffer: 2 ** 30 });
  if (result.status !== 0) throw new Error(String(result.stderr));
  const values = new Float64Array(Uint8Array.from(result.stdout).buffer);
  const sizes = shapes
    .split(" ")
    .map((shape) => shape.split("x").reduce((n, side) => n * +side, 1));
  let start = 0;
  return new Map(
    names.split(" ").map((tensor, i) => [tensor, values.subarray(start, (start += sizes[i]!))]),
  );
}

test("every network but two ResNets like the third is held against PyTorch", () => {
  const others = networkNames().filter((name) => name !== "resnet10" && name !== "resnet34");
  expect(others.filter((name) => !(name in networks))).toEqual([]);
});

describe.each(Object.keys(networks))("%s", (name) => {
  const entry = networks[name]!;
  const small = build(name, entry.case.width);

  test("of width 64 has the published parameters, multiply-accumulates and tensors", () => {
    const graph = build(name, 64);
    const counted = [parameterCount(graph), forwardMacs(graph)];
    expect(counted).toEqual([entry.parameters, entry.macs]);
    const tensors = graphShapeList(graph);
    expect(tensors.filter((tensor) => tensor.split("x").length > 3)).toHaveLength(
      entry.convolutions,
    );
    expect(tensors).toEqual(shapeList(entry, entry.publishedShapes));
  });

  test(`of width ${entry.case.width} has PyTorch's tensors`, () => {
    expect(graphShapeList(small)).toEqual(shapeList(entry, entry.shapes));
  });

  // A software GPU compiles a hundred pipelines; a busy machine is no failure.
  const patience = { timeout: 600_000 };

  test("computes PyTorch's step on the reference engine", patience, async () => {
    const step = await runNetworkStep(small, entry, (graph, options) =>
      createReferenceEngine(cpu, graph, options),
    );
    expect(violations(compareNetworkStep(step, entry))).toEqual([]);
  });

  let stepped: Promise<NetworkStep> | undefined;
  const stepOnGpu = (): Promise<NetworkStep> =>
    (stepped ??= runNetworkStep(small, entry, (graph, options) =>
      createWebGpuEngine(gpu, graph, options),
    ));

  test("computes PyTorch's step on the WebGPU engine", patience, async () => {
    expect(violations(compareNetworkStep(await stepOnGpu(), entry))).toEqual([]);
  });

  test.skipIf(!hasTorch)(`agrees with PyTorch tensor by tensor${unless}`, patience, async () => {
    const whole = wholeErrors(dumped(name));
    expect(violations(compareNetworkStep(await stepOnGpu(), entry, whole))).toEqual([]);
  });
});
