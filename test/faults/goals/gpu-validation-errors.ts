import type { JsonObject } from "../../../src/core/json.ts";
import { different, runBatch, stepsPerEpoch, type BatchResult } from "../lib/batch.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";
import type { StepFault } from "../lib/gpu-prelude.ts";

const good: JsonObject = { lr: 0.02 };
/** More than the device really has: buffers of 270 to 288 MiB cannot be made, those of 144 to 160 not bound. */
const oversize: readonly JsonObject[] = [
  { width: 256, batch_size: 288 },
  { width: 256, batch_size: 160 },
  { width: 240, batch_size: 288 },
  { width: 128, batch_size: 288 },
  { width: 144, batch_size: 256 },
];
const trainImages = 288;
const faultsPerBatch = 5;

interface Outcome {
  readonly faulty: readonly { readonly trial: number; readonly how: string }[];
  readonly succeeded: readonly number[];
  readonly codes: readonly string[];
  readonly problems: readonly string[];
}

/** The GPU refuses what a trial asks of it, and says so by an event alone. */
export const gpuValidationErrors: Goal = {
  id: "R4",
  title: "GPU validation errors",
  how: "every second trial of a batch is one that the GPU refuses: a width and batch size that need larger buffers than the device has, which claims to have more; or a command it refuses after a random step. The same batch without faults says what the trials between them must come to",
  counts: { full: 20, reduced: 2 },
  limitMinutes: { full: 60, reduced: 6 },
  async run(context) {
    const outcomes: Outcome[] = [];
    for (let first = 0; first < context.count; first += faultsPerBatch) {
      const count = Math.min(faultsPerBatch, context.count - first);
      outcomes.push(await context.part(`batch-${first}`, () => runPart(context, first, count)));
    }
    const all = <T>(of: (outcome: Outcome) => readonly T[]): T[] => outcomes.flatMap(of);
    const [succeeded, problems] = [all((one) => one.succeeded), all((one) => one.problems)];
    return {
      injected: context.count,
      survived: context.count - succeeded.length,
      lost: 0,
      worstMs: null,
      pass:
        all((one) => one.faulty).length === context.count &&
        succeeded.length + problems.length === 0,
      notes: [
        `${context.count} refused trials: ${succeeded.length} succeeded; each trial after one came to the same numbers as without it`,
        ...problems,
      ],
      codes: [...new Set(all((one) => one.codes))],
    };
  },
};

async function runPart(context: FaultContext, first: number, count: number): Promise<Outcome> {
  const rng = context.rng("steps", first);
  const configurations: JsonObject[] = [];
  const steps: StepFault[] = [];
  const faulty: { trial: number; how: string }[] = [];
  for (let i = first; i < first + count; i++) {
    const trial = configurations.length;
    if (i % 2 === 0) {
      const large = oversize[(i / 2) % oversize.length]!;
      configurations.push(large);
      faulty.push({ trial, how: JSON.stringify(large) });
    } else {
      const step = 1 + rng.int(stepsPerEpoch);
      configurations.push(good);
      steps.push({ trial, step, kind: "validation" });
      faulty.push({ trial, how: `refused after step ${step}` });
    }
    configurations.push(good);
  }
  const claimedBytes = 2 ** 36;
  const faults = { claimedBytes, steps };
  const batch = { trainImages, epochs: 1, profile: context.profile() };
  // The refused trials are replaced by usual ones: the others keep their numbers and with them their seeds.
  const usual = configurations.map(() => good);
  const expected = await runBatch(context, { ...batch, configurations: usual, faults: {} });
  const found = await runBatch(context, { ...batch, configurations, faults });
  return { faulty, ...judge(faulty, found, expected) };
}

function judge(
  faulty: Outcome["faulty"],
  found: BatchResult,
  expected: BatchResult,
): Omit<Outcome, "faulty"> {
  const ended = faulty.map(({ trial, how }) => ({ how, ...found.state.trials[trial]! }));
  const wrong = ended.filter(
    ({ status, error }) => status !== "FAILED" || error?.code !== "gpu-validation",
  );
  const others = found.state.trials
    .map(({ number }) => number)
    .filter((number) => faulty.every(({ trial }) => trial !== number));
  return {
    succeeded: ended.filter(({ status }) => status === "SUCCEEDED").map(({ number }) => number),
    codes: ended.flatMap(({ error }) => (error ? [error.code] : [])),
    problems: [
      ...wrong.map(({ number, how, status, error }) =>
        JSON.stringify({ number, how, status, code: error?.code, message: error?.message }),
      ),
      ...different(others, found.state, expected.state),
    ],
  };
}
