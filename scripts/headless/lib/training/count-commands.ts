/** What was recorded on any GPU device since the counts were reset. */
export interface CommandCounts {
  dispatches: number;
  submits: number;
  buffers: number;
}

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Prototype = Record<string, Method>;

/** Counts dispatches, submits and buffers by wrapping WebGPU's prototypes; call it once per process, before any device. */
export function countCommands(): CommandCounts {
  const counts: CommandCounts = { dispatches: 0, submits: 0, buffers: 0 };
  const wrap = (owner: string, method: string, count: keyof CommandCounts): void => {
    const prototype = (globalThis as unknown as Record<string, { prototype: Prototype }>)[owner]!
      .prototype;
    const original = prototype[method]!;
    prototype[method] = function (...args) {
      counts[count] += 1;
      return original.apply(this, args);
    };
  };
  wrap("GPUComputePassEncoder", "dispatchWorkgroups", "dispatches");
  wrap("GPUComputePassEncoder", "dispatchWorkgroupsIndirect", "dispatches");
  wrap("GPUQueue", "submit", "submits");
  wrap("GPUDevice", "createBuffer", "buffers");
  return counts;
}
