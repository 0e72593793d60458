import { expect, test } from "vitest";
import { createRng } from "../../../src/core/math/rng.ts";
import { inheritWeights } from "../../../src/engine/model/inherit.ts";
import { initialState, weightSpecs } from "../../../src/engine/model/weights.ts";
import type { NamedTensor, NetworkState } from "../../../src/engine/network-engine.ts";
import { resnet } from "./resnet.ts";

const parentGraph = resnet({ depth: 10, width: 2 });

/** A trained parent: other values than any fresh network, and a slot of the optimizer. */
function parentState(): NetworkState {
  const { tensors } = initialState(parentGraph, createRng("parent"));
  const slot = new Map<string, NamedTensor>();
  for (const { name, trainable } of weightSpecs(parentGraph))
    if (trainable) slot.set(name, tensors.get(name)!);
  return {
    tensors,
    slots: new Map([
      ["exp_avg", slot],
      ["momentum_buffer", slot],
    ]),
    steps: 70,
  };
}

test("the same network takes everything, and its optimizer goes on", () => {
  const own = initialState(parentGraph, createRng("own"));
  const parent = parentState();
  const { state, taken, left } = inheritWeights(parentGraph, own, parent, ["exp_avg"]);
  expect(left).toEqual([]);
  expect(taken).toEqual(weightSpecs(parentGraph).map(({ name }) => name));
  expect(state.tensors).toEqual(parent.tensors);
  expect([...state.slots.keys()]).toEqual(["exp_avg"]);
  expect(state.steps).toBe(70);
});

test("another head keeps its own values, and the optimizer begins anew", () => {
  const graph = resnet({ depth: 10, width: 2, hiddenSize: 5 });
  const own = initialState(graph, createRng("own"));
  const parent = parentState();
  const { state, taken, left } = inheritWeights(graph, own, parent, ["exp_avg"]);
  expect(left).toEqual([
    { name: "hidden.weight", reason: "absent" },
    { name: "hidden.bias", reason: "absent" },
    { name: "linear.weight", reason: "other-shape" },
    { name: "linear.bias", reason: "other-shape" },
  ]);
  for (const name of taken) expect(state.tensors.get(name)).toBe(parent.tensors.get(name));
  for (const { name } of left) expect(state.tensors.get(name)).toBe(own.tensors.get(name));
  expect([...state.tensors.keys()]).toEqual(weightSpecs(graph).map(({ name }) => name));
  expect([state.slots.size, state.steps]).toEqual([0, 0]);
});

test("momentum alone that is missing begins at zero, and the rest of the optimizer goes on", () => {
  const own = initialState(parentGraph, createRng("own"));
  const parent = { ...parentState(), slots: new Map([...parentState().slots].slice(0, 1)) };
  const { state } = inheritWeights(parentGraph, own, parent, ["exp_avg", "momentum_buffer"]);
  expect([...state.slots.keys()]).toEqual(["exp_avg"]);
  expect(state.steps).toBe(70);
});

test("an optimizer whose slots are not there begins anew with the weights of the other", () => {
  const own = initialState(parentGraph, createRng("own"));
  const { state, left } = inheritWeights(parentGraph, own, parentState(), [
    "exp_avg",
    "exp_avg_sq",
  ]);
  expect(left).toEqual([]);
  expect([state.slots.size, state.steps]).toEqual([0, 0]);
});

test("a deeper network takes the blocks that it shares", () => {
  const graph = resnet({ depth: 18, width: 2 });
  const own = initialState(graph, createRng("own"));
  const { taken, left } = inheritWeights(graph, own, parentState(), []);
  expect(taken).toContain("layer4.0.conv2.weight");
  expect(left.every(({ name, reason }) => /^layer\d\.1\./.test(name) && reason === "absent")).toBe(
    true,
  );
});

test("layers of another width stay whole: no tensor of a layer comes without the others", () => {
  const graph = resnet({ depth: 10, width: 3 });
  const own = initialState(graph, createRng("own"));
  const { taken } = inheritWeights(graph, own, parentState(), []);
  // The bias of the head alone would fit.
  expect(taken).toEqual([]);
});
