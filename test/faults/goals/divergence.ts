import { bestTrial, historyOf } from "../../../src/core/journal/index.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import { parseSearchSpace } from "../../../src/core/search-space/index.ts";
import { createTuner } from "../../../src/core/tuners/index.ts";
import type { ExperimentState } from "../../../src/core/journal/index.ts";
import { different, runBatch, stepsPerEpoch, type BatchResult } from "../lib/batch.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";
import type { StepFault } from "../lib/gpu-prelude.ts";

const epochs = 2;
const faultsPerBatch = 9;
const kinds = ["nan", "infinite", "exploding"] as const;
/** After which step: the first, one on the way, the last one before the final validation. */
const places = ["start", "middle", "end"] as const;

interface Outcome {
  readonly injected: number;
  readonly problems: readonly string[];
  readonly codes: readonly string[];
  /** Epochs reported from the one on in which the weights broke. */
  readonly reported: number;
}

/** Weights turn to NaN, infinity or enormous numbers at any time. */
export const divergence: Goal = {
  id: "R16",
  title: "Divergence",
  how: "after the first, a middle or the last step of every second trial of a batch all its weights on the GPU become NaN, infinite or 1e15; the same batch without faults says what the trials between them must come to",
  counts: { full: 90, reduced: 3 },
  limitMinutes: { full: 90, reduced: 6 },
  async run(context) {
    const outcomes: Outcome[] = [];
    for (let first = 0; first < context.count; first += faultsPerBatch) {
      const count = Math.min(faultsPerBatch, context.count - first);
      outcomes.push(await context.part(`batch-${first}`, () => runPart(context, first, count)));
    }
    const problems = outcomes.flatMap((one) => one.problems);
    const injected = outcomes.reduce((sum, one) => sum + one.injected, 0);
    const reported = outcomes.reduce((sum, one) => sum + one.reported, 0);
    return {
      injected,
      survived: Math.max(0, injected - problems.length),
      lost: 0,
      worstMs: null,
      pass: injected === context.count && problems.length === 0 && reported === 0,
      notes: [
        `${injected} trials diverged, ${reported} epochs reported after that; none was ever best or counted as good by TPE, each trial after one came to the same numbers as without it`,
        ...problems,
      ],
      codes: [...new Set(outcomes.flatMap((one) => one.codes))],
    };
  },
};

async function runPart(context: FaultContext, first: number, count: number): Promise<Outcome> {
  const rng = context.rng("steps", first);
  const configurations: JsonObject[] = [];
  const steps: StepFault[] = [];
  for (let i = first; i < first + count; i++) {
    // Four steps on from one to the next of nine combinations: every run of three has each kind and each place.
    const combination = (4 * i) % 9;
    const place = places[combination % 3]!;
    const last = epochs * stepsPerEpoch;
    const step = place === "start" ? 1 : place === "end" ? last : 2 + rng.int(last - 2);
    steps.push({ trial: configurations.length, step, kind: kinds[Math.floor(combination / 3)]! });
    configurations.push(
      { lr: round(0.01 + 0.05 * rng.next()) },
      { lr: round(0.01 + 0.05 * rng.next()) },
    );
  }
  const batch = { configurations, trainImages: 64, epochs, profile: context.profile() };
  const expected = await runBatch(context, { ...batch, faults: {} });
  const found = await runBatch(context, { ...batch, faults: { steps } });
  return { injected: count, ...judge(steps, found, expected) };
}

const round = (value: number): number => Math.round(1e4 * value) / 1e4;

function judge(
  steps: readonly StepFault[],
  found: BatchResult,
  expected: BatchResult,
): Omit<Outcome, "injected"> {
  const { state, curves } = found;
  const problems: string[] = [];
  let reported = 0;
  for (const { trial, step, kind } of steps) {
    const { status, error, reports } = state.trials[trial]!;
    const epoch = Math.ceil(step / stepsPerEpoch);
    reported += reports.filter((report) => report.epoch >= epoch).length;
    if (status !== "FAILED" || error?.code !== "diverged")
      problems.push(`${kind} after step ${step}: ${status} ${error?.code}: ${error?.message}`);
  }
  const broken = new Set(steps.map(({ trial }) => trial));
  const whole = state.trials.map(({ number }) => number).filter((number) => !broken.has(number));
  problems.push(...different(whole, state, expected.state));
  const best = bestTrial(state.trials, "maximize");
  if (!best || broken.has(best.number)) problems.push(`the best trial is ${best?.number}`);
  const good = goodOf(state);
  if (good.length === 0) problems.push("TPE names no good trials");
  for (const trial of good)
    if (broken.has(trial)) problems.push(`TPE counts trial ${trial} as good`);
  if (curves.drawn === 0 || curves.broken > 0)
    problems.push(`${curves.broken} of ${curves.drawn} curves are not drawn`);
  const codes = steps.flatMap(({ trial }) => state.trials[trial]!.error?.code ?? []);
  return { problems, codes, reported };
}

/** The trials that TPE, given this history, takes its good density from. */
function goodOf(state: ExperimentState): number[] {
  const space = parseSearchSpace({ lr: { _type: "uniform", _value: [0.005, 0.1] } });
  const tuner = createTuner("TPE", { optimize_mode: "maximize", n_startup_jobs: 2 });
  const suggestion = tuner.suggest(space, historyOf(state), createRng(1));
  if (suggestion.kind !== "trial") return [];
  const split = suggestion.provenance.facts?.find((fact) => fact.kind === "split");
  return [...(split?.good.trials ?? [])];
}
