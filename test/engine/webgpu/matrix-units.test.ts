import { create } from "webgpu";
import { describe, expect, test } from "vitest";
import { convVariants } from "../../../src/engine/webgpu/conv/conv-calls.ts";
import type { ConvShape, MatrixUnit } from "../../../src/engine/webgpu/conv/conv-shape.ts";
import { matrixUnits, type MatrixDevice } from "../../../src/engine/webgpu/choose-family.ts";
import type { Kernel } from "../../../src/engine/webgpu/kernel.ts";
import { testDevice } from "./kernel-harness.ts";
import { reluActivation } from "../../../src/engine/ops/relu.ts";

await testDevice();

const feature = "chromium-experimental-subgroup-matrix" as GPUFeatureName;

/** Dawn without a driver: it has every feature, and checks WGSL before any driver sees it. Adapters do not outlive it. */
const dawn = create(["backend=null", "enable-dawn-features=allow_unsafe_apis"]);

async function checkingDevice(): Promise<GPUDevice> {
  const adapter = (await dawn.requestAdapter())!;
  return adapter.requestDevice({ requiredFeatures: ["shader-f16", "subgroups", feature] });
}

/** What the compiler has against a kernel. */
async function errorsOf(device: GPUDevice, code: string): Promise<readonly string[]> {
  device.pushErrorScope("validation");
  const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
  const error = await device.popErrorScope();
  const found = messages.filter(({ type }) => type !== "info").map(({ message }) => message);
  return error ? [...found, error.message] : found;
}

function workgroupBytes(code: string): number {
  const arrays = [...code.matchAll(/var<workgroup> \w+: array<(\S+), (\d+)>;/g)];
  const bytes = { vec4f: 16, "vec4<f32>": 16, "vec4<f16>": 8 } as Record<string, number>;
  return arrays.reduce((sum, [, type, length]) => sum + bytes[type!]! * Number(length), 0);
}

const shape: ConvShape = {
  ...{ batch: 4, height: 8, width: 8, inputs: 16, outHeight: 8, outWidth: 8, outputs: 32 },
  ...({ kernel: [3, 3], stride: [1, 1], padding: [1, 1] } as const),
};

/** Every kernel that a unit multiplies in. */
function kernelsOf(unit: MatrixUnit, real: "f32" | "f16"): readonly Kernel[] {
  const context = { family: { kind: "workgroup", matrices: { [real]: unit } }, real } as const;
  const ending = { addend: true, activation: reluActivation } as const;
  const options = {
    forward: [{}, { bias: true, ending }, { moments: true }],
    "input-gradient": [{}],
    "filter-gradient": [{}],
  } as const;
  return (["forward", "input-gradient", "filter-gradient"] as const).flatMap((direction) =>
    convVariants(direction, shape, context)
      .filter(({ name }) => name.startsWith("matrix"))
      .flatMap((variant) => options[direction].flatMap((option) => variant.calls(option)))
      .map(({ kernel }) => kernel),
  );
}

describe("kernels with matrix units are what Dawn's compiler takes, in 32 KB of workgroup memory", () => {
  test.each([
    ["NVIDIA's", "f16", { operand: "f16", rows: 16, columns: 16, inner: 16, lanes: 32 }],
    ["NVIDIA's narrow ones", "f16", { operand: "f16", rows: 16, columns: 8, inner: 8, lanes: 32 }],
    ["Apple's", "f32", { operand: "f32", rows: 8, columns: 8, inner: 8, lanes: 32 }],
    ["Apple's in f16", "f16", { operand: "f32", rows: 8, columns: 8, inner: 8, lanes: 32 }],
  ] as const)("with units such as %s", async (_, real, unit) => {
    const codes = new Set(kernelsOf(unit, real).map(({ code }) => code));
    expect(codes.size).toBe(9);
    const device = await checkingDevice();
    try {
      for (const code of codes) {
        expect(code).toContain("subgroupMatrixMultiplyAccumulate");
        expect(await errorsOf(device, code)).toEqual([]);
        const bytes = workgroupBytes(code);
        expect(bytes).toBeGreaterThan(8192);
        expect(bytes).toBeLessThanOrEqual(32768);
        const wrong = code.replaceAll("_left<f", "_right<f");
        expect(await errorsOf(device, wrong)).not.toEqual([]);
      }
    } finally {
      device.destroy();
    }
  });
});

type Config = readonly [operand: string, result: string, M: number, N: number, K: number];

/** What `matrixUnits` asks of a device. */
function deviceWith(configs: readonly Config[], more: Record<string, unknown> = {}): MatrixDevice {
  const gpu: unknown = {
    adapterInfo: { subgroupMinSize: 32, subgroupMaxSize: 32 },
    limits: { maxComputeWorkgroupStorageSize: 32768, maxComputeInvocationsPerWorkgroup: 256 },
    features: new Set(["subgroups"]),
    ...more,
  };
  return {
    gpu: gpu as GPUDevice,
    matrixConfigs: configs.map(([componentType, resultComponentType, M, N, K]) => ({
      ...{ componentType, resultComponentType, M, N, K },
    })),
  };
}

const unit = (
  operand: "f32" | "f16",
  rows: number,
  columns: number,
  inner: number,
): MatrixUnit => ({
  ...{ operand, rows, columns, inner, lanes: 32 },
});

describe("which matrix units are used", () => {
  const nvidia: readonly Config[] = [
    ["f16", "f16", 16, 16, 16],
    ["f16", "f32", 16, 8, 16],
    ["f16", "f32", 16, 16, 16],
    ["f16", "f32", 16, 8, 8],
    ["u8", "u32", 16, 16, 32],
  ];

  test("the largest that add up in f32", () => {
    expect(matrixUnits(deviceWith(nvidia))).toEqual({ f16: unit("f16", 16, 16, 16) });
  });

  test("those of f32 for both precisions, where half precision would add up in half precision", () => {
    const apple = deviceWith([
      ["f32", "f32", 8, 8, 8],
      ["f16", "f16", 8, 8, 8],
    ]);
    const f32 = unit("f32", 8, 8, 8);
    expect(matrixUnits(apple)).toEqual({ f32, f16: f32 });
  });

  test.each([
    ["tiles cannot be cut for", deviceWith([["f16", "f32", 32, 64, 16]])],
    [
      "a device has too little memory for",
      deviceWith(nvidia, { limits: { maxComputeWorkgroupStorageSize: 16384 } }),
    ],
    [
      "belong to subgroups of no fixed size",
      deviceWith(nvidia, { adapterInfo: { subgroupMinSize: 16, subgroupMaxSize: 32 } }),
    ],
    ["have no subgroups to work in", deviceWith(nvidia, { features: new Set() })],
  ])("none that %s", (_, device) => {
    expect(matrixUnits(device)).toEqual({});
  });
});
