import type { Rng } from "../math/rng.ts";
import { bestTrial, isScored } from "../journal/views.ts";
import { labelOf } from "../journal/parallel-coordinates.ts";
import { activeParameters, allSpecs, effectiveKey } from "../search-space/configuration.ts";
import { gridValues } from "../search-space/enumerate.ts";
import type { NumericSpec, SearchSpace } from "../search-space/types.ts";
import { toUnit } from "../search-space/unit-cube.ts";
import type { OptimizeMode } from "../tuners/contract/tuner.ts";
import type { Trial } from "../trial.ts";
import { fanovaImportance } from "./importance.ts";
import { enoughTrials, observe } from "./observations.ts";
import { rankTrials } from "./ranking.ts";

/** Every finding there is, by the code that messages and tests know it by. */
export const findingCodes = [
  "metric-on-test-set",
  "tuner-in-startup",
  "duplicate-configurations",
  "noise-exceeds-gap",
  "best-on-bound",
  "parameter-without-effect",
  "many-failures",
  "no-result",
] as const;

/** Something about an experiment that its owner should know; the page has a sentence for each code. */
export interface Finding {
  readonly code: (typeof findingCodes)[number];
  readonly severity: "warning" | "hint";
  /** English, with the numbers. */
  readonly message: string;
  readonly details: Readonly<Record<string, number | string>>;
}

/** What the doctor is told besides the trials. */
export interface DoctorOptions {
  readonly mode: OptimizeMode;
  /** What the metric is measured on. */
  readonly metric: "validation" | "test";
  /** From the latest suggestion's provenance, if it was a start-up one. */
  readonly startup?: { readonly done: number; readonly needed: number } | undefined;
}

/** Examines an experiment and says what is odd, the most serious first. Deterministic for a random stream. */
export function examine(
  space: SearchSpace,
  trials: readonly Trial[],
  rng: Rng,
  options: DoctorOptions,
): Finding[] {
  const { mode, metric, startup } = options;
  const findings: Finding[] = [];
  const add = (
    severity: Finding["severity"],
    code: Finding["code"],
    message: string,
    details: Finding["details"] = {},
  ): void => void findings.push({ code, severity, message, details });

  const ended = trials.filter((t) => t.status !== "WAITING" && t.status !== "RUNNING");
  const scored = trials.filter(isScored);
  if (metric === "test")
    add(
      "warning",
      "metric-on-test-set",
      "The tuner sees the test set: the best result is too good to be true for new images.",
    );
  if (ended.length >= 3 && scored.length === 0)
    add("warning", "no-result", `None of ${ended.length} ended trials has a result.`, {
      ended: ended.length,
    });
  const failed = ended.filter((t) => t.status === "FAILED").length;
  if (failed >= 2 && failed >= 0.25 * ended.length)
    add("warning", "many-failures", `${failed} of ${ended.length} trials failed.`, {
      failed,
      ended: ended.length,
    });
  if (startup !== undefined && startup.done < startup.needed)
    add(
      "hint",
      "tuner-in-startup",
      `The tuner still draws at random: ${startup.done} of ${startup.needed} start-up trials are done.`,
      startup,
    );

  // A trial that continues another has its configuration on purpose.
  const own = trials.filter((t) => t.continueFrom === undefined);
  const keys = own.map((t) => effectiveKey(space, t.parameters));
  const distinct = new Set(keys).size;
  if (own.length > distinct)
    add(
      "hint",
      "duplicate-configurations",
      `${own.length - distinct} of ${own.length} trials repeat a configuration: there are ${distinct} different ones.`,
      { duplicates: own.length - distinct, trials: own.length, distinct },
    );
  // Only equal trainings repeat each other: a larger budget is another experiment.
  const repeats = new Map<string, Trial[]>();
  own.forEach((trial, i) => {
    const key = JSON.stringify([keys[i], trial.budget ?? null]);
    const list = repeats.get(key);
    if (list) list.push(trial);
    else repeats.set(key, [trial]);
  });
  const noise = repeatNoise([...repeats.values()]);
  const leaders = rankTrials(trials, mode);
  const rival = leaders.find(
    (r) => keyOf(space, trials, r.trial) !== keyOf(space, trials, leaders[0]!.trial),
  );
  if (noise !== null && rival !== undefined) {
    const gap = Math.abs(leaders[0]!.final - rival.final);
    if (noise > gap)
      add(
        "warning",
        "noise-exceeds-gap",
        `Repeats differ by ${round(noise)} (standard deviation), the two best configurations by only ${round(gap)}: they cannot be told apart.`,
        { noise, gap },
      );
  }
  for (const finding of boundFindings(space, bestTrial(trials, mode))) findings.push(finding);
  if (observe(space, trials, { mode }).rows.length >= enoughTrials) {
    for (const { path, share, spread } of fanovaImportance(space, trials, rng, { mode }))
      if (share + spread < 0.02 && varies(space, path))
        add(
          "hint",
          "parameter-without-effect",
          `${path} has shown no effect: it explains ${round(100 * share)} % of the metric's variance.`,
          { path, share },
        );
  }
  const order = { warning: 0, hint: 1 };
  return findings.sort((a, b) => order[a.severity] - order[b.severity]);
}

/** A constant has no effect to miss. */
function varies(space: SearchSpace, path: string): boolean {
  const spec = allSpecs(space).find((one) => one.path === path);
  if (spec === undefined) return false;
  const values = spec.type === "choice" ? spec.options : gridValues(spec);
  return values === null || values.length > 1;
}

function keyOf(space: SearchSpace, trials: readonly Trial[], number: number): string {
  const trial = trials.find((t) => t.number === number);
  return trial === undefined ? "" : effectiveKey(space, trial.parameters);
}

/** Standard deviation of the final metric between trials with the same configuration, pooled; null without repeats. */
function repeatNoise(groups: readonly (readonly Trial[])[]): number | null {
  let [square, freedom] = [0, 0];
  for (const group of groups) {
    const finals = group.filter(isScored).map((t) => t.final);
    if (finals.length < 2) continue;
    const mean = finals.reduce((a, b) => a + b, 0) / finals.length;
    square += finals.reduce((sum, f) => sum + (f - mean) ** 2, 0);
    freedom += finals.length - 1;
  }
  return freedom === 0 ? null : Math.sqrt(square / freedom);
}

/** The best trial's numbers that stand at an end of a range, within 2 % of it. */
function boundFindings(space: SearchSpace, best: Trial | null): Finding[] {
  if (best === null) return [];
  return activeParameters(space, best.parameters).flatMap(({ spec, value }): Finding[] => {
    if (spec.type === "choice" || !("low" in spec)) return [];
    const bound = nearBound(spec, value);
    if (bound === null) return [];
    return [
      {
        code: "best-on-bound",
        severity: "hint",
        message: `The best trial has ${spec.path} = ${labelOf(spec, value)}, at the ${bound} end of its range: widen it.`,
        details: { path: spec.path, value, bound },
      },
    ];
  });
}

function nearBound(
  spec: Extract<NumericSpec, { low: number }>,
  value: number,
): "lower" | "upper" | null {
  if (spec.type === "uniform" || spec.type === "loguniform") {
    const u = toUnit(spec, value);
    return u < 0.02 ? "lower" : u > 0.98 ? "upper" : null;
  }
  const high = spec.type === "randint" ? spec.high - 1 : spec.high;
  if (high <= spec.low) return null;
  return value <= spec.low ? "lower" : value >= high ? "upper" : null;
}

const round = (x: number): number => Number(x.toPrecision(2));
