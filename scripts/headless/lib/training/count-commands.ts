/** What was recorded on any GPU device so far. */
export interface CommandCounts {
  dispatches: number;
  submits: number;
  buffers: number;
  /** Of all buffers that were made and not destroyed. */
  bytes: number;
}

type Method = (this: object, ...args: unknown[]) => unknown;

/** Counts dispatches, submits, buffers and their bytes by wrapping WebGPU's prototypes; call it once per realm, before any device. */
export function countCommands(): CommandCounts {
  const counts: CommandCounts = { dispatches: 0, submits: 0, buffers: 0, bytes: 0 };
  wrap("GPUComputePassEncoder", "dispatchWorkgroups", () => (counts.dispatches += 1));
  wrap("GPUComputePassEncoder", "dispatchWorkgroupsIndirect", () => (counts.dispatches += 1));
  wrap("GPUQueue", "submit", () => (counts.submits += 1));
  const alive = new WeakMap<object, number>();
  wrap("GPUDevice", "createBuffer", (_, made) => {
    const buffer = made as GPUBuffer;
    alive.set(buffer, buffer.size);
    counts.buffers += 1;
    counts.bytes += buffer.size;
  });
  wrap("GPUBuffer", "destroy", (buffer) => {
    counts.bytes -= alive.get(buffer) ?? 0;
    alive.delete(buffer);
  });
  return counts;
}

function wrap(owner: string, method: string, after: (self: object, result: unknown) => void): void {
  const { prototype } = (globalThis as unknown as Record<string, { prototype: object }>)[owner]!;
  const methods = prototype as Record<string, Method>;
  const original = methods[method]!;
  methods[method] = function (...args) {
    const result = original.apply(this, args);
    after(this, result);
    return result;
  };
}
