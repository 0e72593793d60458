export { createWebGpuEngine, type WebGpuOptions } from "./engine.ts";
export { planMemory, type MemoryEstimate, type MemoryOptions } from "./plan-memory.ts";
