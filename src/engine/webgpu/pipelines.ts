import { AppError } from "../../core/errors.ts";
import type { Access, Kernel } from "./kernel.ts";
import { asWritten, word } from "../../core/words/index.ts";

/** A compiled kernel and how its buffers are bound. */
export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

const caches = new WeakMap<GPUDevice, Map<string, Promise<Pipeline>>>();

/** Compiles kernels in parallel without blocking the thread; one pipeline per code and device, kept as long as the device.
 *  @throws AppError "gpu-validation" with the compiler's message */
export async function compileKernels(
  device: GPUDevice,
  kernels: Iterable<Kernel>,
): Promise<ReadonlyMap<Kernel, Pipeline>> {
  let cache = caches.get(device);
  if (!cache) caches.set(device, (cache = new Map()));
  const compiled = new Map<Kernel, Pipeline>();
  const waiting: Promise<void>[] = [];
  for (const kernel of new Set(kernels)) {
    let pending = cache.get(kernel.code);
    if (!pending) cache.set(kernel.code, (pending = compile(device, kernel)));
    waiting.push(pending.then((pipeline) => void compiled.set(kernel, pipeline)));
  }
  await Promise.all(waiting);
  return compiled;
}

async function compile(device: GPUDevice, kernel: Kernel): Promise<Pipeline> {
  const { name: label, code, access } = kernel;
  const layout = device.createBindGroupLayout({
    label,
    entries: [...access, "step" as const].map((kind, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: bufferType[kind] },
    })),
  });
  // The reason of a failure is in the rejection; the scope keeps it from the device's error event.
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ label, code });
  const scope = device.popErrorScope();
  try {
    const pipeline = await device.createComputePipelineAsync({
      label,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: "main" },
    });
    return { pipeline, layout };
  } catch (cause) {
    const invalid = await scope;
    const reason = invalid?.message ?? (cause instanceof Error ? cause.message : String(cause));
    throw new AppError(
      "gpu-validation",
      word("kernel-broken", { kernel: label, reason: asWritten(reason) }),
      {
        kernel: label,
      },
    );
  } finally {
    await scope;
  }
}

const bufferType: Record<Access, GPUBufferBindingType> = {
  read: "read-only-storage",
  write: "storage",
  step: "uniform",
};
