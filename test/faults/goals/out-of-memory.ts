import type { Page } from "playwright-core";
import { reduceJournal } from "../../../src/core/journal/index.ts";
import { maxStalledAttempts } from "../../../src/experiment/run/attempts.ts";
import { startFiles, tinyConfig, tinySpace, waitForStatus } from "../../browser/harness.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";
import { readStoredJournals } from "../lib/stored.ts";
import { beforeTrialWorkers } from "../lib/trial-workers.ts";

const trials = 3;
/** One more would be a crash loop; so many more are waited for to be able to say so. */
const mostDeaths = maxStalledAttempts + 2;
const patienceMs = 120_000;

interface Outcome {
  readonly deaths: number;
  readonly problems: readonly string[];
}

/** A trial's worker uses up the heap in every attempt; the browser ends the whole tab then. */
export const outOfMemory: Goal = {
  id: "R6",
  title: "Out of memory",
  how: "in every attempt of one of three trials its worker fills the JavaScript heap (128 MB by --max-old-space-size, to be quick), upon which the browser ends the tab's whole process; the page is opened again each time",
  counts: { full: 3, reduced: 1 },
  limitMinutes: { full: 20, reduced: 5 },
  async run(context) {
    const outcomes: Outcome[] = [];
    for (let i = 0; i < context.count; i++)
      outcomes.push(
        await context.part(`experiment-${i}`, () => runExperiment(context, i % trials)),
      );
    const problems = outcomes.flatMap((one) => one.problems);
    const deaths = outcomes.reduce((sum, one) => sum + one.deaths, 0);
    return {
      injected: deaths,
      survived: Math.max(0, deaths - problems.length),
      lost: 0,
      worstMs: null,
      pass: deaths === maxStalledAttempts * context.count && problems.length === 0,
      notes: [
        `${deaths} tabs died in ${outcomes.length} experiments of ${trials} trials${problems.length === 0 ? `; each time the trial had failed after ${maxStalledAttempts} attempts and the others succeeded` : ""}`,
        ...problems,
      ],
      codes: ["worker-died"],
    };
  },
};

async function runExperiment(context: FaultContext, victim: number): Promise<Outcome> {
  const visitor = await context.open({
    serviceWorkers: false,
    flags: ["--js-flags=--max-old-space-size=128"],
  });
  await beforeTrialWorkers(visitor.context, fillHeapFor, () => victim);
  let { page } = visitor;
  let end = endOf(page);
  await page.goto(await context.url());
  await startFiles(page, tinySpace, config);
  await page.waitForURL(/#\/experiment\//);
  const url = page.url();
  let deaths = 0;
  while ((await end) === "dead" && ++deaths < mostDeaths) {
    const dead = page;
    page = await visitor.context.newPage();
    end = endOf(page);
    await dead.close().catch(() => undefined);
    await page.goto(url, { waitUntil: "commit" });
  }
  const problems: string[] = [];
  if (deaths !== maxStalledAttempts) problems.push(`trial ${victim}: the tab died ${deaths} times`);
  const events = [...(await readStoredJournals(page)).values()][0]!;
  const state = reduceJournal(events);
  if (state.status !== "done") problems.push(`the experiment is ${state.status}`);
  if (state.trials.length !== trials) problems.push(`${state.trials.length} trials`);
  for (const { number, status, attempt, error, reason } of state.trials) {
    const found = `${status} in attempt ${attempt}, ${error?.code ?? "no error"}`;
    const expected =
      number === victim
        ? `FAILED in attempt ${maxStalledAttempts}, worker-died`
        : "SUCCEEDED in attempt 1, no error";
    if (found !== expected) problems.push(`trial ${number}: ${found} (${reason})`);
  }
  await visitor.close();
  context.log(
    `trial ${victim}: ${deaths} deaths; ${state.trials.map(({ status }) => status).join(", ")}`,
  );
  return { deaths, problems };
}

/** In a worker: keeps objects until there is no room for more as soon as it is asked to train the trial `victim`. */
function fillHeapFor(victim: number): void {
  addEventListener("message", ({ data }: MessageEvent) => {
    const call = data as { path?: string[]; argumentList?: { value?: { trial?: number } }[] };
    if (call.path?.[0] !== "train" || call.argumentList?.[0]?.value?.trial !== victim) return;
    setTimeout(() => {
      const kept: object[][] = [];
      for (;;) kept.push(Array.from({ length: 1e5 }, (_, i) => ({ i, pair: [i, kept.length] })));
    });
  });
}

/** What comes first: the page's death or the experiment's end. Rejects when neither comes in time. */
const endOf = (page: Page): Promise<"dead" | "done"> =>
  Promise.any([
    page.waitForEvent("crash", { timeout: patienceMs }).then(() => "dead" as const),
    waitForStatus(page, "done", patienceMs).then(() => "done" as const),
  ]);

const config = tinyConfig(
  "shapes10",
  {
    defaults: { model: "resnet10", width: 4, batch_size: 32, epochs: 1 },
  },
  { maxTrialNumber: trials },
);
