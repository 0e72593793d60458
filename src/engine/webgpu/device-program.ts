import { AppError } from "../../core/errors.ts";
import { stepBlockBytes, type Kernel } from "./kernel.ts";
import { placeRegions, type Placement } from "./plan/memory-plan.ts";
import { compileKernels, type Pipeline } from "./pipelines.ts";
import type { Dispatch, Region } from "./program.ts";
import { word } from "../../core/words/index.ts";

/** A dispatch ready to be recorded. */
export interface Recorded {
  readonly dispatch: Dispatch;
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly grid: readonly [number, number, number];
}

const blockStride = 256;

/** Regions and dispatches on a device: buffers exist once, bind groups are made once, running records calls and nothing else. */
export class DeviceProgram {
  readonly placement: Placement;
  readonly stepBuffer: GPUBuffer;
  readonly #buffers: readonly GPUBuffer[];
  readonly #owned: GPUBuffer[] = [];

  /** @throws AppError "gpu-memory" when the device has not got the memory */
  static async create(
    device: GPUDevice,
    regions: readonly Region[],
    sequence: readonly Dispatch[],
  ): Promise<DeviceProgram> {
    const placement = placeRegions(regions, sequence);
    device.pushErrorScope("out-of-memory");
    const program = new DeviceProgram(device, placement);
    const error = await device.popErrorScope();
    if (!error) return program;
    program.dispose();
    throw new AppError("gpu-memory", word("no-room", { bytes: placement.totalBytes }), {
      bytes: placement.totalBytes,
    });
  }

  private constructor(
    readonly device: GPUDevice,
    placement: Placement,
  ) {
    this.placement = placement;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    this.#buffers = placement.buffers.map((size) => device.createBuffer({ size, usage }));
    this.stepBuffer = device.createBuffer({
      size: stepBlockBytes,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.#owned.push(...this.#buffers, this.stepBuffer);
  }

  /** The buffer a region lies in, from offset 0. */
  bufferOf(region: Region): GPUBuffer {
    return this.#buffers[this.placement.bufferOf[region.id]!]!;
  }

  /** Compiles what is new and makes the bind groups.
   *  @param foreign buffers of regions that are not this program's (data sets) */
  async prepare(
    dispatches: readonly Dispatch[],
    foreign: ReadonlyMap<Region, GPUBuffer> = new Map(),
  ): Promise<readonly Recorded[]> {
    const kernels = distinctKernels(dispatches);
    const blocks = this.#uniformBlocks(dispatches);
    const pipelines = await compileKernels(this.device, kernels.values());
    return dispatches.map((dispatch, index) => {
      const { pipeline, layout } = pipelines.get(kernels.get(dispatch.kernel.code)!) as Pipeline;
      const entries: GPUBindGroupEntry[] = dispatch.buffers.map((slice, binding) => {
        if (slice === "step") return { binding, resource: { buffer: this.stepBuffer } };
        const buffer = foreign.get(slice.region) ?? this.bufferOf(slice.region);
        return { binding, resource: { buffer, offset: slice.offset, size: slice.bytes } };
      });
      entries.push({
        binding: entries.length,
        resource: {
          buffer: blocks,
          offset: index * blockStride,
          size: blockBytes(dispatch.kernel),
        },
      });
      const group = this.device.createBindGroup({ label: dispatch.label, layout, entries });
      return { dispatch, pipeline, group, grid: dispatch.grid };
    });
  }

  #uniformBlocks(dispatches: readonly Dispatch[]): GPUBuffer {
    const data = new DataView(new ArrayBuffer(Math.max(1, dispatches.length) * blockStride));
    dispatches.forEach(({ kernel, params }, index) =>
      kernel.params.forEach((field, i) => {
        const [name, type] = field.split(":") as [string, string?];
        const at = index * blockStride + 4 * i;
        if (type === "f32") data.setFloat32(at, params[name]!, true);
        else data.setUint32(at, params[name]!, true);
      }),
    );
    const buffer = this.device.createBuffer({
      size: data.byteLength,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.device.queue.writeBuffer(buffer, 0, data.buffer as ArrayBuffer);
    this.#owned.push(buffer);
    return buffer;
  }

  dispose(): void {
    for (const buffer of this.#owned) buffer.destroy();
    this.#owned.length = 0;
  }
}

/** Records calls into a pass. */
export function record(pass: GPUComputePassEncoder, calls: readonly Recorded[]): void {
  let current: GPUComputePipeline | null = null;
  for (const { pipeline, group, grid } of calls) {
    if (pipeline !== current) pass.setPipeline((current = pipeline));
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(grid[0], grid[1], grid[2]);
  }
}

const blockBytes = (kernel: Kernel): number =>
  Math.max(16, Math.ceil(kernel.params.length / 4) * 16);

/** Kernels are made per call; those with the same code are one. */
function distinctKernels(dispatches: readonly Dispatch[]): Map<string, Kernel> {
  const byCode = new Map<string, Kernel>();
  for (const { kernel } of dispatches)
    if (!byCode.has(kernel.code)) byCode.set(kernel.code, kernel);
  return byCode;
}

/** Copies a part of a buffer to the CPU. */
export async function readBuffer(
  device: GPUDevice,
  buffer: GPUBuffer,
  offset: number,
  bytes: number,
): Promise<ArrayBuffer> {
  const staging = device.createBuffer({
    size: bytes,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, offset, staging, 0, bytes);
  device.queue.submit([encoder.finish()]);
  try {
    await staging.mapAsync(GPUMapMode.READ);
    return staging.getMappedRange().slice(0);
  } finally {
    staging.destroy();
  }
}
