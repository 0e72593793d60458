export { checkEvent, checkJournal, checkRecord } from "./check-event.ts";
export { foldCurves, isCurve, recordText, type Curve, type StoredEvent } from "./curve/curve.ts";
export type * from "./events.ts";
export { journalLimits } from "./events/fields.ts";
export { isFinished } from "./events/kind.ts";
export { isStrict } from "./events/table.ts";
export {
  labelOf,
  parallelCoordinates,
  type ParallelAxis,
  type ParallelRow,
} from "./parallel-coordinates.ts";
export { reduce, reduceEvents, reduceJournal } from "./reduce.ts";

export type * from "./state.ts";
export {
  bestSoFar,
  bestTrial,
  countTrials,
  elapsedMs,
  epochReached,
  expectedTrials,
  historyOf,
  isBetter,
  isScored,
  learningCurves,
  optimizeModeOf,
  remainingMs,
  type BestSoFarPoint,
  type LearningCurve,
  type TrialCounts,
} from "./views.ts";
