export { configLimits, decodeExperimentConfig } from "./check.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export { hasConfigFields, notUsedReasons, type NotUsedReason } from "./fields.ts";
export { parseExperimentConfig } from "./parse.ts";
export { serializeConfig } from "./serialize.ts";
export * from "./types.ts";
