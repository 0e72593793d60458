export { configLimits } from "./check.ts";
export * from "./types.ts";
