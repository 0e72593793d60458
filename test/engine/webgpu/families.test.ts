import { describe, expect, test } from "vitest";
import { createWebGpuEngine, type WebGpuOptions } from "../../../src/engine/webgpu/engine.ts";
import {
  f32Tolerance,
  readExpected,
  runOracleCase,
  violations,
  type OracleTolerance,
} from "../engine-oracle.ts";
import { oracleCases } from "../oracle-cases.ts";
import { testDevice } from "./kernel-harness.ts";

const device = await testDevice();
const expected = readExpected().cases;

interface Variant {
  readonly name: string;
  readonly options: WebGpuOptions;
  readonly tolerance: OracleTolerance;
}

/** Half precision keeps eleven bits; a gradient is the sum of many products of rounded numbers. */
const halfTolerance: OracleTolerance = { gradient: 3e-2, parameters: 3e-2 };
const variants: readonly Variant[] = [
  { name: "workgroup tiles", options: { family: { kind: "workgroup" } }, tolerance: f32Tolerance },
  {
    name: "register tiles",
    options: { family: { kind: "register", lanes: 8 } },
    tolerance: f32Tolerance,
  },
  ...(device.halfPrecision
    ? [{ name: "half precision", options: { precision: "f16" }, tolerance: halfTolerance } as const]
    : []),
];

const cases = [
  "conv 3x3 of stride 2",
  "crop, flip and cutout",
  "convs of unequal sides and strides",
];
/** In the last case the gradients in front of a norm nearly cancel, so that a relative error says nothing in half precision. */
const casesOf = ({ options }: Variant): readonly string[] =>
  options.precision === "f16" ? cases.slice(0, 2) : cases;

describe.each(variants)("whole steps with $name", (variant) => {
  test.each(casesOf(variant))("%s agrees with PyTorch float64", async (name) => {
    const index = oracleCases.findIndex((entry) => entry.name === name);
    const deviations = await runOracleCase(
      oracleCases[index]!,
      expected[index]!,
      (graph, network) => createWebGpuEngine(device, graph, network, variant.options),
      variant.tolerance,
    );
    expect(violations(deviations)).toEqual([]);
  });
});
