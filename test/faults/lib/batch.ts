import { reduceJournal, type ExperimentState } from "../../../src/core/journal/index.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { startFiles, tinyConfig } from "../../browser/harness.ts";
import type { FaultContext } from "./goal.ts";
import { gpuPrelude, type GpuFaults } from "./gpu-prelude.ts";
import { StoredJournal } from "./stored-journal.ts";
import { beforeTrialWorkers } from "./trial-workers.ts";

export interface Batch {
  /** Trained one after the other, trial by trial. */
  readonly configurations: readonly JsonObject[];
  readonly trainImages: number;
  readonly epochs: number;
  readonly faults: GpuFaults;
  /** The browser remembers there which kernels it chose: batches to be compared must share it. */
  readonly profile: string;
}

/** What a batch came to, in the journal and on the page. */
export interface BatchResult {
  readonly state: ExperimentState;
  /** The trial that the page calls the best. */
  readonly shownBest: string;
  /** Curves that the page has drawn, and those among them with something that is no number. */
  readonly curves: { readonly drawn: number; readonly broken: number };
}

/** Trains listed configurations on a GPU with faults, in a browser of its own. */
export async function runBatch(context: FaultContext, batch: Batch): Promise<BatchResult> {
  const { configurations, faults, profile } = batch;
  const visitor = await context.open({ serviceWorkers: false, profile });
  await beforeTrialWorkers(visitor.context, gpuPrelude, () => faults);
  const { page } = visitor;
  await page.goto(await context.url());
  const space = { combine_params: { _type: "choice", _value: configurations } };
  await startFiles(page, space, configOf(batch), async () => {
    await page.locator("#f-seed").fill("7");
  });
  await page.waitForURL(/#\/experiment\//);
  const journal = new StoredJournal(page);
  await journal.next("status-changed", 600_000, ({ status }) =>
    ["done", "failed", "paused"].includes(status),
  );
  await journal.skip();
  const state = reduceJournal(journal.events);
  const shownBest = await page.getByTestId("best-metric").innerText();
  const curves = await page.evaluate(() => {
    const paths = [...document.querySelectorAll("svg path[d]")].map((path) =>
      path.getAttribute("d")!,
    );
    const broken = paths.filter((d) => /NaN|Infinity/.test(d)).length;
    return { drawn: paths.filter((d) => d.length > 0).length, broken };
  });
  await visitor.close();
  return { state, shownBest, curves };
}

const configOf = ({ configurations, trainImages, epochs }: Batch): object =>
  tinyConfig(
    "shapes10",
    {
      trainImages: trainImages + 32,
      validationImages: 32,
      testImages: 32,
      defaults: {
        ...{ model: "resnet10", width: 4, lr: 0.02, epochs },
        batch_size: trainImages / stepsPerEpoch,
      },
    },
    { maxTrialNumber: configurations.length, tuner: { name: "BatchTuner" } },
  );

/** Of a trial that sets no batch size of its own. */
export const stepsPerEpoch = 4;

/** Trials among `numbers` that did not come to the same numbers as in a batch without faults. */
export function different(
  numbers: readonly number[],
  found: ExperimentState,
  expected: ExperimentState,
): string[] {
  const brief = (state: ExperimentState, number: number): string => {
    const { status, final, reports } = state.trials[number] ?? { reports: [] };
    const epochs = reports.map(({ metric, validationLoss }) => [metric, validationLoss]);
    return JSON.stringify({ status, final, epochs });
  };
  return numbers
    .filter((number) => brief(found, number) !== brief(expected, number))
    .map(
      (number) => `trial ${number}: ${brief(found, number)} instead of ${brief(expected, number)}`,
    );
}
