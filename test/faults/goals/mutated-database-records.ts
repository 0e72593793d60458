import type { Page } from "playwright-core";
import { checkJournal, reduceJournal, type JournalEvent } from "../../../src/core/journal/index.ts";
import type { Rng } from "../../../src/core/math/rng.ts";
import { parseEntry } from "../../../src/storage/experiments/repair.ts";
import { mutateJson } from "../../fuzz/mutate.ts";
import { created, finishedTrial } from "../../storage/events.ts";
import type { FaultContext, Goal, GoalResult } from "../lib/goal.ts";
import { putRows, rowsOf, type Row } from "../lib/stored.ts";

const experiments = 20;
const trials = 4;

/** Stored records are not what they should be. */
export const mutatedDatabaseRecords: Goal = {
  id: "R9",
  title: "Mutated database records",
  how: "records of the journals, of the list of experiments and of the other stores are overwritten with mutated ones (values swapped, missing, NaN, huge, of foreign types), one of each experiment at a time, with and without a second copy; the page is opened and every experiment looked at",
  counts: { full: 1000, reduced: 16 },
  limitMinutes: { full: 60, reduced: 4 },
  async run(context) {
    const totals: Round = { mutated: 0, harmful: 0, named: 0, lost: [], problems: [] };
    for (let done = 0, round = 0; done < context.count; round++) {
      const found = await context.part(`round-${round}`, () => runRound(context, round));
      done += found.mutated;
      totals.mutated += found.mutated;
      totals.harmful += found.harmful;
      totals.named += found.named;
      totals.lost.push(...found.lost);
      totals.problems.push(...found.problems);
    }
    return judge(totals);
  },
};

interface Round {
  mutated: number;
  /** Mutations that leave something which cannot be read. */
  harmful: number;
  /** Those that the page named. */
  named: number;
  readonly lost: string[];
  readonly problems: string[];
}

/** All experiments anew, one mutation in each and one beside them, and a look at everything. */
async function runRound(context: FaultContext, round: number): Promise<Round> {
  const rng = context.rng("round", round);
  const withCopies = round % 2 === 0;
  const { page, problems: seen, close } = await context.open({ webgpu: false });
  const url = await context.url();
  const result: Round = { mutated: 0, harmful: 0, named: 0, lost: [], problems: [] };
  await page.goto(url);
  await listed(page, 0);
  const journals = makeJournals();
  await putRows(page, [...journals.values()].flatMap(rowsOf));
  await page.reload();
  await listed(page, experiments);
  if (!withCopies) await dropCopies(page);

  const harmful = new Set<string>();
  const rows: Row[] = [mutate(otherRow(rng), rng)];
  for (const [id, events] of journals) {
    const all = rowsOf(events);
    const at = rng.int(4) === 0 ? 0 : 1 + rng.int(all.length - 1);
    const row = mutate(all[at]!, rng);
    rows.push(row);
    if (isHarmful(id, events, at, row.value)) harmful.add(id);
  }
  await putRows(page, rows);
  result.mutated = rows.length;
  result.harmful = harmful.size;

  await page.reload();
  await listed(page, 1);
  for (const [id, events] of journals) {
    // By way of the list, so that nothing of the experiment before is taken for this one's.
    await page.evaluate(() => (location.hash = "#/"));
    const answer = page.getByTestId(/^(experiment-status|page-problem)$/);
    await answer.first().waitFor({ state: "detached" });
    await page.evaluate((hash) => (location.hash = hash), `#/experiment/${id}`);
    await answer.first().waitFor({ timeout: context.within(10_000) });
    const opened = (await page.getByTestId("experiment-status").count()) > 0;
    if (opened && (withCopies || !harmful.has(id)))
      await isTrue(async () => (await finishedShown(page)) === trials);
    const shown = opened ? await finishedShown(page) : 0;
    const repairs = page.getByTestId("repairs").filter({ hasText: nameOf(id) });
    const isTold = async (): Promise<boolean> => (await repairs.count()) > 0;
    const told = harmful.has(id) ? await isTrue(isTold) : await isTold();
    if (harmful.has(id) && told) result.named++;
    const row = JSON.stringify(rows.find(({ value }) => belongs(value, id))).slice(0, 300);
    if (harmful.has(id) && !told) result.problems.push(`${id}: damaged and not named: ${row}`);
    if (shown === trials) continue;
    if (withCopies || !harmful.has(id)) result.lost.push(`${id}: ${shown} of ${trials}: ${row}`);
    // Without a second copy the record's own trial may be gone, or, with its first event, the experiment.
    else if (opened ? shown < trials - 1 && !losesTrials(events, row) : !losesAll(row))
      result.problems.push(`${id}: ${shown} of ${trials} trials after ${row}`);
  }
  result.problems.push(...seen.filter((problem) => !problem.includes("favicon")));
  await close();
  return result;
}

const nameOf = (id: string): string => `experiment ${id}`;
const belongs = (value: unknown, id: string): boolean =>
  typeof value === "object" &&
  value !== null &&
  ("experimentId" in value ? value.experimentId === id : "id" in value && value.id === id);
/** The event that adds a trial carries its number: later trials cannot follow without it. */
const losesTrials = (events: readonly JournalEvent[], row: string): boolean => {
  const seq = Number(/"seq":(\d+)/.exec(row)?.[1]);
  return events[seq]?.type === "trial-added";
};
const losesAll = (row: string): boolean => /"seq":0\b/.test(row);

function makeJournals(): Map<string, readonly JournalEvent[]> {
  const ids = Array.from({ length: experiments }, (_, i) => `e${String(i).padStart(2, "0")}`);
  return new Map(
    ids.map((id) => {
      const events: JournalEvent[] = [created(id, 1000)];
      for (let trial = 0; trial < trials; trial++)
        events.push(...finishedTrial(events.length, trial));
      const seq = events.length;
      events.push({ seq, at: 9000, type: "status-changed", status: "done", reason: "user" });
      return [id, events];
    }),
  );
}

/** A record of a store that holds no experiments. */
function otherRow(rng: Rng): Row {
  const checkpoint = { sha256: "0", sizeBytes: 3, epoch: 1, step: 0, trial: 0, seq: 4 };
  const download = { receivedBytes: 5, chunks: 1, totalBytes: null, version: null, updatedAt: 3 };
  const shard = { dataset: "cifar10", name: "train-0", count: 3, sizeBytes: 9, sha256: "0" };
  const rows: Row[] = [
    {
      store: "checkpoints",
      value: { path: "checkpoints/x/0/1", experimentId: "x", ...checkpoint },
    },
    { store: "downloads", value: { url: "https://example.org/x", ...download } },
    { store: "shard-entries", value: shard },
    { store: "datasets", key: "cifar10", value: { sourceId: "hugging-face", shards: [] } },
    { store: "cache", key: "device/1/webgpu/x", value: { backend: "webgpu", adapter: "x" } },
  ];
  return rows[rng.int(rows.length)]!;
}

const keyPaths: Readonly<Record<string, readonly string[]>> = {
  experiments: ["id"],
  events: ["experimentId", "seq"],
  checkpoints: ["path"],
  downloads: ["url"],
  "shard-entries": ["dataset", "name"],
};

/** The medium itself keeps the fields that make the key as they were. */
function mutate(row: Row, rng: Rng): Row {
  const original = row.value as Readonly<Record<string, unknown>>;
  const value: Record<string, unknown> = mutated(original, rng);
  for (const field of keyPaths[row.store] ?? []) value[field] = original[field];
  return { ...row, value };
}

function mutated(original: Readonly<Record<string, unknown>>, rng: Rng): Record<string, unknown> {
  const strange = [NaN, -Infinity, undefined, "x".repeat(1_000_000), 1e308, [], {}, false];
  const fields = Object.keys(original);
  const field = fields[rng.int(fields.length)]!;
  switch (rng.int(4)) {
    case 0:
      return { ...original, [field]: strange[rng.int(strange.length)] };
    case 1: {
      const { [field]: _gone, ...rest } = original;
      return rest;
    }
    default:
      try {
        const value: unknown = JSON.parse(mutateJson(JSON.stringify(original), rng));
        return typeof value === "object" && value !== null ? { ...value } : { value };
      } catch {
        // No JSON any more: then nothing but the key is left.
        return {};
      }
  }
}

/** True when what is stored then cannot be read as it should be. */
function isHarmful(
  id: string,
  events: readonly JournalEvent[],
  at: number,
  value: unknown,
): boolean {
  if (at === 0) {
    const entry = parseEntry(value, id);
    return entry?.nextSeq !== events.length;
  }
  try {
    const { event } = value as { event: unknown };
    const journal: unknown[] = [...events];
    journal[at - 1] = event;
    const state = reduceJournal(checkJournal(journal));
    return state.definition.id !== id;
  } catch {
    return true;
  }
}

async function listed(page: Page, atLeast: number): Promise<void> {
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(
    (count) => document.querySelectorAll('a[href^="#/experiment/"]').length >= count,
    atLeast,
    { timeout: 30_000 },
  );
}

/** Finished trials as the page counts them in its table. */
async function finishedShown(page: Page): Promise<number> {
  return page.locator('[data-testid="trial-row"][data-status="SUCCEEDED"]').count();
}

/** Whether something is or becomes true while a page may still be drawing. */
async function isTrue(holds: () => Promise<boolean>): Promise<boolean> {
  for (let i = 0; i < 50; i++) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

async function dropCopies(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("tabtune");
    await folder.removeEntry("journals", { recursive: true });
  });
}

function judge({ mutated: injected, harmful, named, lost, problems }: Round): GoalResult {
  return {
    injected,
    survived: injected - lost.length - problems.length,
    lost: lost.length,
    worstMs: null,
    pass: lost.length === 0 && problems.length === 0 && named === harmful,
    notes: [
      `${harmful} of ${injected} mutations made something unreadable, ${named} were named; the others changed only what a reader may accept`,
      ...lost.slice(0, 5),
      ...problems.slice(0, 10),
    ],
    codes: [],
  };
}
