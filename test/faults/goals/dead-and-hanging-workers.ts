import type { Page } from "playwright-core";
import { startFiles, tinyConfig, type Visitor } from "../../browser/harness.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";
import { StoredJournal } from "../lib/stored-journal.ts";
import {
  breakMessage,
  keepHandles,
  terminateTrialWorker,
  trialWorker,
} from "../lib/trial-workers.ts";

const injectedError = "injected: nobody catches this";

/** Each fault makes the newest trial worker useless and says when, in ms since 1970. */
const faults = {
  terminate: terminateTrialWorker,
  messageerror: breakMessage,
  throw: (page: Page): Promise<number> =>
    trialWorker(page).evaluate((message) => {
      setTimeout(() => {
        throw new Error(message);
      });
      return Date.now();
    }, injectedError),
  loop: (page: Page): Promise<number> =>
    trialWorker(page).evaluate(() => {
      setTimeout(() => {
        for (;;);
      });
      return Date.now();
    }),
};
type Fault = keyof typeof faults;
const kinds: readonly Fault[] = ["terminate", "throw", "messageerror", "loop"];

/** From the fault to the rejection of the call that was under way, and from there to a new worker that works. */
const limitsMs = { rejected: 1000, noticed: 30_000, replaced: 2000 };
const faultsPerBrowser = 12;

/** What one fault led to. */
interface Outcome {
  readonly kind: Fault;
  readonly code: string;
  readonly rejectedMs: number;
  readonly replacedMs: number;
}

/** A trial worker dies, throws, speaks unreadably or hangs. */
export const deadAndHangingWorkers: Goal = {
  id: "R5",
  title: "Dead and hanging workers",
  how: "while a trial trains, its worker is ended with terminate(), throws where nobody catches, gets a messageerror event at its handle, or runs an endless loop, turn by turn",
  counts: { full: 100, reduced: 4 },
  limitMinutes: { full: 60, reduced: 3 },
  async run(context) {
    const outcomes: Outcome[] = [];
    for (let first = 0; first < context.count; first += faultsPerBrowser) {
      const count = Math.min(faultsPerBrowser, context.count - first);
      outcomes.push(
        ...(await context.part(`faults-${first}`, () => inject(context, first, count))),
      );
    }
    const late = outcomes.filter(
      ({ kind, rejectedMs, replacedMs }) =>
        rejectedMs > context.within(kind === "loop" ? limitsMs.noticed : limitsMs.rejected) ||
        replacedMs > context.within(limitsMs.replaced),
    );
    const worst = (of: (outcome: Outcome) => number, among = outcomes): number =>
      Math.max(0, ...among.map(of));
    const prompt = outcomes.filter(({ kind }) => kind !== "loop");
    const loops = outcomes.filter(({ kind }) => kind === "loop");
    return {
      injected: context.count,
      survived: outcomes.length - late.length,
      lost: 0,
      worstMs: worst((one) => one.rejectedMs + one.replacedMs, prompt),
      pass: outcomes.length === context.count && late.length === 0,
      notes: [
        `rejected after at most ${worst((one) => one.rejectedMs, prompt)} ms, endless loops after ${worst((one) => one.rejectedMs, loops)} ms; a new worker trains at most ${worst((one) => one.replacedMs)} ms later`,
        ...late.map((one) => `late: ${JSON.stringify(one)}`),
      ],
      codes: [...new Set(outcomes.map(({ code }) => code))],
    };
  },
};

async function inject(context: FaultContext, first: number, count: number): Promise<Outcome[]> {
  const rng = context.rng("faults", first);
  const visitor = await context.open({ serviceWorkers: false });
  await keepHandles(visitor.context);
  const { page } = visitor;
  await page.goto(await context.url());
  await startFiles(page, { lr: { _type: "choice", _value: [0.02] } }, longTrial);
  await page.waitForURL(/#\/experiment\//);
  const journal = new StoredJournal(page);
  const outcomes: Outcome[] = [];
  for (let i = first; i < first + count; i++) {
    // The trial has got further: it is no attempt in vain.
    await journal.next("epoch-finished");
    await new Promise((resolve) => setTimeout(resolve, rng.next() * 1500));
    const kind = kinds[i % kinds.length]!;
    await journal.skip();
    const at = await faults[kind](page);
    const failed = await journal.next("attempt-failed", 60_000);
    const started = await journal.next("attempt-started", 60_000);
    outcomes.push({
      kind,
      code: failed.error.code,
      rejectedMs: failed.at - at,
      replacedMs: started.at - failed.at,
    });
  }
  await journal.next("epoch-finished");
  forgetInjected(visitor);
  await visitor.close();
  context.log(`faults ${first} … ${first + count - 1}: ${JSON.stringify(outcomes)}`);
  return outcomes;
}

/** One trial that outlasts every fault. */
const longTrial = tinyConfig("shapes10", {
  defaults: { model: "resnet10", width: 4, batch_size: 32, epochs: 1000, lr: 0.02 },
});

/** An error thrown on purpose is seen by the browser's log; any other uncaught one counts. */
function forgetInjected({ problems }: Visitor): void {
  const others = problems.filter((problem) => !problem.includes(injectedError));
  problems.splice(0, problems.length, ...others);
}
