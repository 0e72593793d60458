import { describe, expect, test } from "vitest";
import { createRng } from "../../../src/core/math/rng.ts";
import { GraphBuilder } from "../../../src/engine/model/builder.ts";
import { forwardMacs } from "../../../src/engine/model/flops.ts";
import { resnet } from "./resnet.ts";
import { inferShapes } from "../../../src/engine/model/shapes.ts";
import { initialState, parameterCount, weightSpecs } from "../../../src/engine/model/weights.ts";

describe("ResNet", () => {
  test("ResNet-18 of width 64 has PyTorch's parameter and multiply counts", () => {
    expect(parameterCount(resnet())).toBe(11_173_962);
    expect(forwardMacs(resnet())).toBe(555_422_720);
    expect(parameterCount(resnet({ depth: 34 }))).toBe(21_282_122);
  });

  test("the state_dict has 62 trainable tensors and PyTorch's names", () => {
    const specs = weightSpecs(resnet());
    expect(specs.filter((spec) => spec.trainable)).toHaveLength(62);
    const names = specs.map((spec) => spec.name);
    for (const name of ["conv1.weight", "bn1.running_mean", "layer2.0.shortcut.0.weight"])
      expect(names).toContain(name);
    expect(names.slice(-2)).toEqual(["linear.weight", "linear.bias"]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7])("a stem of kernel %i keeps 32x32", (convSize) => {
    const graph = resnet({ convSize, width: 8 });
    expect(inferShapes(graph)[1]).toEqual({ kind: "image", height: 32, width: 32, channels: 8 });
    const stem = graph.nodes[1]!;
    if (stem.op !== "conv") throw new Error("the stem is a convolution");
    expect(stem.padding.right - stem.padding.left).toBe(convSize % 2 === 0 ? 1 : 0);
  });

  test("the head has a hidden layer, dropout, both or neither", () => {
    const ops = (options: object) =>
      resnet(options)
        .nodes.slice(-4)
        .map((node) => node.name);
    expect(ops({ hiddenSize: 124, dropoutRate: 0.3 })).toEqual([
      "hidden",
      "hidden_relu",
      "dropout",
      "linear",
    ]);
    expect(ops({ dropoutRate: 0.3 }).slice(1)).toEqual(["pool", "dropout", "linear"]);
    expect(ops({ hiddenSize: 124 })).toEqual(["pool", "hidden", "hidden_relu", "linear"]);
  });
});

test("initial weights fill PyTorch's range and repeat from the seed", () => {
  const graph = resnet({ width: 16 });
  const weight = initialState(graph, createRng(1)).tensors.get("layer1.0.conv1.weight")!;
  const bound = 1 / Math.sqrt(16 * 9);
  const variance = weight.data.reduce((sum, x) => sum + x * x, 0) / weight.data.length;
  expect(Math.max(...weight.data)).toBeLessThanOrEqual(bound);
  expect(variance).toBeCloseTo((bound * bound) / 3, 4);
  expect(initialState(graph, createRng(1)).tensors.get("layer1.0.conv1.weight")).toEqual(weight);
  expect(initialState(graph, createRng(2)).tensors.get("layer1.0.conv1.weight")).not.toEqual(
    weight,
  );
});

test("a graph whose inputs do not fit is refused with the node's name", () => {
  const net = new GraphBuilder("bad", { height: 8, width: 8, channels: 3 }, 10);
  const a = net.conv(0, "a", 4);
  const b = net.conv(0, "b", 6);
  net.sum([a, b], "join");
  expect(() => inferShapes(net.build())).toThrow(/join/);
});
