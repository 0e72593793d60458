import {
  contour,
  examine,
  fanovaImportance,
  marginalCurve,
  type Contour,
  type DoctorOptions,
  type Finding,
  type Importance,
  type MarginalPoint,
  type ObservationOptions,
} from "../../src/core/analysis/index.ts";
import { createAssessor, type Assessment } from "../../src/core/assessors/index.ts";
import type { AlgorithmConfig } from "../../src/core/config/types.ts";
import { createRng, type SeedPart } from "../../src/core/math/rng.ts";
import type { SearchSpace } from "../../src/core/search-space/types.ts";
import type { Trial } from "../../src/core/trial.ts";
import { createTuner, type Suggestion } from "../../src/core/tuners/index.ts";

/** Names a stream of random numbers: the same stream gives the same answer, whoever computes it. */
export type StreamName = readonly SeedPart[];

/** A tuner's question with everything its answer depends on. */
export interface SuggestQuestion {
  readonly tuner: AlgorithmConfig;
  readonly space: SearchSpace;
  readonly history: readonly Trial[];
  readonly stream: StreamName;
}

/** An assessor's question with everything its answer depends on. */
export interface AssessQuestion {
  readonly assessor: AlgorithmConfig;
  readonly trial: Trial;
  readonly history: readonly Trial[];
  readonly stream: StreamName;
}

/** What an analysis learns from. */
export interface Evidence {
  readonly space: SearchSpace;
  readonly trials: readonly Trial[];
  readonly options: ObservationOptions;
  readonly stream: StreamName;
}

/** What the analysis worker answers to; every question holds all that its answer depends on.
 *  Errors: those of the tuner, the assessor or the analysis. */
export class AnalysisWorkerApi {
  async suggest({ tuner, space, history, stream }: SuggestQuestion): Promise<Suggestion> {
    return createTuner(tuner.name, tuner.classArgs).suggest(space, history, createRng(...stream));
  }

  async assess({ assessor, trial, history, stream }: AssessQuestion): Promise<Assessment> {
    const { name, classArgs } = assessor;
    return createAssessor(name, classArgs).assess(trial, history, createRng(...stream));
  }

  async importance({ space, trials, options, stream }: Evidence): Promise<Importance[]> {
    return fanovaImportance(space, trials, createRng(...stream), options);
  }

  /** One curve per path. */
  async marginals(
    { space, trials, options, stream }: Evidence,
    paths: readonly string[],
  ): Promise<MarginalPoint[][]> {
    return paths.map((path) => marginalCurve(space, trials, path, createRng(...stream), options));
  }

  async contour(
    { space, trials, options, stream }: Evidence,
    paths: readonly [string, string],
  ): Promise<Contour | null> {
    return contour(space, trials, paths, createRng(...stream), options);
  }

  async examine(
    { space, trials, stream }: Omit<Evidence, "options">,
    options: DoctorOptions,
  ): Promise<Finding[]> {
    return examine(space, trials, createRng(...stream), options);
  }
}
