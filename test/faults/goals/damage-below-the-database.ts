import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reduceJournal, type ExperimentState } from "../../../src/core/journal/index.ts";
import type { Rng } from "../../../src/core/math/rng.ts";
import { startFiles, tinyConfig, tinySpace, waitForStatus } from "../../browser/harness.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";
import { readStoredJournals } from "../lib/stored.ts";

const trials = 3;

/** What lies below IndexedDB is damaged while the browser is closed. */
export const damageBelowTheDatabase: Goal = {
  id: "R10",
  title: "Damage below the database",
  how: "between two starts of the browser the LevelDB files of a profile with finished trials are cut short or get flipped bytes, turn by turn",
  counts: { full: 40, reduced: 4 },
  async run(context) {
    const template = context.profile();
    const before = await makeExperiment(context, template);
    const rng = context.rng("damage");
    const notes: string[] = [];
    let [lost, told, failed] = [0, 0, 0];
    let worstMs = 0;
    for (let injection = 0; injection < context.count; injection++) {
      const kind = injection % 2 === 0 ? "cut" : "flip";
      const profile = context.profile();
      cpSync(template, profile, { recursive: true });
      const how = damage(profile, kind, rng);
      try {
        const found = await openAgain(context, profile);
        worstMs = Math.max(worstMs, found.shownMs);
        if (found.told) told++;
        const missing = missingTrials(before, found.state);
        lost += missing.length;
        if (missing.length > 0) notes.push(`${how}: lost trials ${missing.join(", ")}`);
        if (found.problem) notes.push(`${how}: ${found.problem}`);
        if (missing.length > 0 || found.problem) failed++;
      } catch (error) {
        failed++;
        notes.push(`${how}: ${String(error)}`);
      }
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    }
    const { count } = context;
    return {
      injected: count,
      survived: count - failed,
      lost,
      worstMs,
      pass: failed === 0 && told > 0,
      notes: [
        `${told} of ${count} damages cost the database something: each was repaired and told; the others cost nothing`,
        ...notes,
      ],
      codes: [],
    };
  },
};

async function makeExperiment(context: FaultContext, profile: string): Promise<ExperimentState> {
  const { page, close } = await context.open({ profile });
  await page.goto(await context.url());
  await startFiles(page, tinySpace, tinyConfig("shapes10", {}, { maxTrialNumber: trials }));
  await waitForStatus(page, "done");
  const journals = await readStoredJournals(page);
  await close();
  return reduceJournal([...journals.values()][0]!);
}

/** Cuts or flips what LevelDB keeps of the page's database. @returns what was done, for the notes */
function damage(profile: string, kind: "cut" | "flip", rng: Rng): string {
  const parent = join(profile, "Default", "IndexedDB");
  const folder = readdirSync(parent).find((name) => name.endsWith(".leveldb"));
  if (!folder) throw new Error(`no database in ${parent}`);
  const files = readdirSync(join(parent, folder))
    .filter((name) => /\.(log|ldb)$/.test(name) && statSync(join(parent, folder, name)).size > 0)
    .map((name) => join(parent, folder, name));
  const file = files[rng.int(files.length)]!;
  const bytes = readFileSync(file);
  const name = file.slice(parent.length + folder.length + 2);
  if (kind === "cut") {
    const kept = rng.int(bytes.length);
    writeFileSync(file, bytes.subarray(0, kept));
    return `${name} cut from ${bytes.length} to ${kept} bytes`;
  }
  const flips = 1 + rng.int(64);
  for (let flip = 0; flip < flips; flip++) bytes[rng.int(bytes.length)]! ^= 1 << rng.int(8);
  writeFileSync(file, bytes);
  return `${flips} bits of ${name} (${bytes.length} bytes) flipped`;
}

interface Found {
  readonly state: ExperimentState | null;
  readonly told: boolean;
  readonly shownMs: number;
  /** The list does not show what is stored. */
  readonly problem: string | null;
}

async function openAgain(context: FaultContext, profile: string): Promise<Found> {
  const { page, problems, close } = await context.open({ profile });
  try {
    const began = performance.now();
    await page.goto(await context.url());
    const row = page.getByText("tiny", { exact: true }).first();
    const shown = await row.waitFor({ timeout: 15_000 }).then(
      () => true,
      () => false,
    );
    const shownMs = performance.now() - began;
    const told = (await page.getByTestId("repairs").count()) > 0;
    const text = await page.locator("main").innerText();
    if (!shown)
      return { state: null, told, shownMs, problem: `not in the list: ${text.slice(0, 300)}` };
    const events = [...(await readStoredJournals(page)).values()][0];
    const state = events ? reduceJournal(events) : null;
    const uncaught = problems.filter((problem) => problem.startsWith("uncaught"));
    return { state, told, shownMs, problem: uncaught[0] ?? null };
  } finally {
    await close();
  }
}

/** Finished trials that are not there with the same parameters and result. */
function missingTrials(before: ExperimentState, after: ExperimentState | null): number[] {
  const brief = ({ parameters, status, final, reports }: ExperimentState["trials"][number]) =>
    JSON.stringify([parameters, status, final, reports.map(({ metric }) => metric)]);
  return before.trials
    .filter((trial) => {
      const now = after?.trials[trial.number];
      return !now || brief(now) !== brief(trial);
    })
    .map(({ number }) => number);
}
