/** The public surface of the core. What is not exported here may change without notice. */
export * from "./analysis/index.ts";
export * from "./assessors/index.ts";
export * from "./config/index.ts";
export * from "./errors.ts";
export type * from "./facts/index.ts";
export * from "./journal/index.ts";
export * from "./json.ts";
export { createRng, type Rng, type SeedPart } from "./math/rng.ts";
export * from "./search-space/index.ts";
export type * from "./trial.ts";
export * from "./tuners/index.ts";
export * from "./words/index.ts";
