import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { installNodeGpu } from "../../scripts/node-gpu.ts";
import type { AppError } from "../../src/core/errors.ts";
import { describeAdapter, isSoftware } from "../../src/engine/adapter-name.ts";
import { openDevice } from "../../src/engine/device.ts";

beforeAll(async () => {
  await installNodeGpu();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("stepping down from WebGPU", () => {
  const gpuThat = (requestAdapter: () => Promise<unknown>) => ({ gpu: { requestAdapter } });

  test.each([
    ["insecure-context", { isSecureContext: false }],
    ["no-webgpu", { navigator: {} }],
    ["no-adapter", { navigator: gpuThat(async () => null) }],
    ["device-failed", { navigator: gpuThat(async () => Promise.reject(new Error("driver"))) }],
  ] as const)("reason %s leads to the CPU backend", async (reason, globals) => {
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
    const device = await openDevice();
    expect(device).toMatchObject({ backend: "cpu", fallbackReason: reason, software: true });
    device.dispose();
  });

  test("a backend asked for by name and not to be had is an error", async () => {
    vi.stubGlobal("navigator", {});
    await expect(openDevice({ backend: "webgpu" })).rejects.toMatchObject({
      code: "gpu-unavailable",
    });
    await expect(openDevice({ backend: "webgl" })).rejects.toMatchObject({
      code: "gpu-unavailable",
    });
  });
});

describe("a WebGPU device", () => {
  test("a validation error and everything after it surface as one AppError", async () => {
    const device = await openDevice({ backend: "webgpu" });
    const failed = new Promise<AppError>((resolve) => device.onFailure(resolve));
    device.check();
    device.gpu!.createBuffer({ size: 4, usage: 0xffff });
    expect((await failed).code).toBe("gpu-validation");
    expect(() => device.check()).toThrow(/rejected/);
    device.dispose();
  });

  test("a lost device surfaces, a disposed one does not", async () => {
    const lost = await openDevice({ backend: "webgpu" });
    const failed = new Promise<AppError>((resolve) => lost.onFailure(resolve));
    lost.gpu!.destroy();
    expect((await failed).code).toBe("gpu-lost");

    const disposed = await openDevice({ backend: "webgpu" });
    disposed.dispose();
    await disposed.gpu!.lost;
    expect(disposed.failure).toBeNull();
  });

  test("the adapter's limits are asked for, not the defaults", async () => {
    const device = await openDevice({ backend: "webgpu" });
    const adapter = await navigator.gpu.requestAdapter();
    const { maxStorageBufferBindingSize, maxComputeInvocationsPerWorkgroup } = adapter!.limits;
    expect(device.gpu!.limits).toMatchObject({
      maxStorageBufferBindingSize,
      maxComputeInvocationsPerWorkgroup,
    });
    expect(device.halfPrecision).toBe(adapter!.features.has("shader-f16"));
    device.dispose();
  });
});

test("adapters get names that people know, and software ones say so", () => {
  const named = (info: Partial<GPUAdapterInfo>): [string, boolean] => {
    const empty = { vendor: "", architecture: "", device: "", description: "" };
    const adapter = { info: { ...empty, ...info } } as GPUAdapter;
    return [describeAdapter(adapter), isSoftware(adapter)];
  };
  expect(named({ vendor: "nvidia", architecture: "ampere" })).toEqual(["NVIDIA Ampere", false]);
  expect(named({ vendor: "apple", description: "Apple M2" })).toEqual(["Apple M2", false]);
  expect(named({ vendor: "google", architecture: "swiftshader" })).toEqual([
    "SwiftShader (software)",
    true,
  ]);
  expect(named({ vendor: "mesa", description: "llvmpipe (LLVM 15)" })).toEqual([
    "Mesa llvmpipe (software)",
    true,
  ]);
  expect(named({ vendor: "microsoft", isFallbackAdapter: true })).toEqual([
    "Microsoft (software)",
    true,
  ]);
  expect(named({})).toEqual(["WebGPU", false]);
});
