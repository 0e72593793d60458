export { examine, findingCodes, type DoctorOptions, type Finding } from "./doctor.ts";
export {
  fanovaImportance,
  fanovaInteraction,
  marginalCurve,
  type Importance,
  type MarginalPoint,
} from "./importance.ts";
export { contour, type Contour, type ContourAxis } from "./landscape.ts";
export type { ObservationOptions } from "./observations.ts";
export { pedAnovaImportance } from "./ped-anova.ts";
export { empiricalDistribution, rankTrials, simpleRegret, type RankedTrial } from "./ranking.ts";
