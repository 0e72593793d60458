import { expect, test } from "vitest";
import { GraphBuilder } from "../../../src/engine/model/builder.ts";
import { defaultOptimizers } from "../../../src/engine/training/optimizer-config.ts";
import { planNetwork } from "../../../src/engine/webgpu/plan/network-plan.ts";
import type { PlanOptions } from "../../../src/engine/webgpu/plan/plan-context.ts";

const options: PlanOptions = {
  batch: 4,
  optimizer: defaultOptimizers.SGD,
  labelSmoothing: 0,
  family: { kind: "workgroup" },
  real: "f32",
  maxBindingBytes: 2 ** 27,
  maxBuffers: 10,
};

/** Kernels of a concatenation's and a slice's nodes in a training step. */
function kernelsOf(first: number, second: number, from: number, to: number): readonly string[] {
  const net = new GraphBuilder("ranges", { height: 8, width: 8, channels: 3 }, 10);
  const parts = [net.conv(0, "a", first), net.conv(0, "b", second)];
  const both = net.concat(parts, "both");
  const some = net.add("some", [both], { op: "slice", from, to });
  net.dense(net.globalAveragePool(some, "pool"), "linear", 10);
  const { training } = planNetwork(net.build(), options);
  return training
    .filter(({ label }) => /^(both|some)/.test(label))
    .map(({ kernel }) => kernel.name);
}

test("ranges of channels that begin and end at fours are copied in fours, padding included", () => {
  const copies = ["copy-quads", "copy-quads", "copy-quads", "range-gradient"];
  expect(kernelsOf(8, 6, 4, 12)).toEqual([...copies, "copy-quads", "copy-quads"]);
  // The rest of a value ends where its padding does.
  expect(kernelsOf(8, 6, 8, 14)).toEqual([...copies, "copy-quads", "copy-quads"]);
});

test("other ranges are copied channel by channel, and what is behind them becomes zero", () => {
  expect(kernelsOf(6, 7, 1, 4)).toEqual([
    ...["copy-channels", "copy-channels", "clear-channels"],
    ...["copy-channels", "clear-channels"],
    ...["range-gradient", "copy-channels", "clear-channels", "copy-channels", "clear-channels"],
  ]);
});
