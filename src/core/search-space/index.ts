export { canonicalJson, copyJson, finiteObject } from "./canonical.ts";
export { checkParameters, inRange, mismatches, parameterProblems } from "./check.ts";
export {
  activeParameters,
  allSpecs,
  buildParameters,
  effectiveKey,
  isBatchSpace,
  listedConfigurations,
  optionIndex,
  type ActiveParameter,
} from "./configuration.ts";
export {
  constraintsByIndex,
  constraintText,
  satisfies,
  satisfiesConstraints,
} from "./constraints.ts";
export {
  countConfigurations,
  countDistinct,
  enumerateConfigurations,
  enumerationSteps,
  gridValues,
} from "./enumerate.ts";
export { nextInitial } from "./initial.ts";
export { searchSpaceLimits } from "./limits.ts";
export { parseSearchSpace, reservedKeys } from "./parse.ts";
export { parameterTypes } from "./parse-numeric.ts";
export { clip, quantize, roundHalfToEven } from "./rounding.ts";
export { finish, sampleParameters, sampleSpec, withConstraints } from "./sample.ts";
export { serializeSearchSpace } from "./serialize.ts";
export type * from "./types.ts";
export { fromUnit, toUnit } from "./unit-cube.ts";
export { zoomSearchSpace } from "./zoom.ts";
