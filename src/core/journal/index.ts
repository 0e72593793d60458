export { checkEvent, checkJournal, journalLimits } from "./check-event.ts";
export type * from "./events.ts";
export {
  labelOf,
  parallelCoordinates,
  type ParallelAxis,
  type ParallelRow,
} from "./parallel-coordinates.ts";
export { reduce, reduceEvents, reduceJournal } from "./reduce.ts";
export { isFinished } from "./reduce-trial.ts";
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
