import { createAssessor, findAssessor, type Assessor } from "../../core/assessors/index.ts";
import type { ExperimentConfig } from "../../core/config/types.ts";
import { createRng } from "../../core/math/rng.ts";
import type { SearchSpace } from "../../core/search-space/types.ts";
import { createTuner, findTuner, type Tuner } from "../../core/tuners/index.ts";
import type { Analysis } from "../workers/analysis-service.ts";
import type { Algorithms } from "./ports.ts";

/** The algorithms of a configuration: light ones think here, heavy ones in the analysis worker, with the same answers.
 *  @throws AppError for a tuner or an assessor that cannot be made */
export function createAlgorithms(
  config: Pick<ExperimentConfig, "tuner" | "assessor">,
  space: SearchSpace,
  analysis: Analysis,
): Algorithms {
  const { tuner, assessor } = config;
  const here = algorithmsHere(
    space,
    createTuner(tuner.name, tuner.classArgs),
    assessor && createAssessor(assessor.name, assessor.classArgs),
  );
  const heavyTuner = findTuner(tuner.name)?.cost === "heavy";
  const heavyAssessor = assessor !== null && findAssessor(assessor.name)?.cost === "heavy";
  return {
    ...here,
    ...(heavyTuner && {
      suggest: (history, stream) => analysis.suggest({ tuner, space, history, stream }),
    }),
    ...(heavyAssessor && {
      assess: (trial, history, stream) => analysis.assess({ assessor, trial, history, stream }),
    }),
  };
}

/** Algorithms that think on the thread they are asked on. */
export function algorithmsHere(
  space: SearchSpace,
  tuner: Tuner,
  assessor: Assessor | null,
): Algorithms {
  return {
    optimizeMode: tuner.optimizeMode,
    suggest: async (history, stream) => tuner.suggest(space, history, createRng(...stream)),
    assess: async (trial, history, stream) =>
      assessor && assessor.assess(trial, history, createRng(...stream)),
  };
}
