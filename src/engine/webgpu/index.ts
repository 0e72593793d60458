export { createWebGpuEngine, WebGpuEngine, type WebGpuOptions } from "./engine.ts";
export { chooseKernels, kernelAdapter } from "./choice/choose-kernels.ts";
export { planMemory, type MemoryEstimate, type MemoryOptions } from "./plan/plan-memory.ts";
export type { DispatchTime } from "./profile.ts";
