/** `npm run test:faults [-- --only R1,S1] [--reduced] [--count N] [--seed N] [--json]`: injects the faults of every goal
 *  with its full number (or the reduced one) and prints one line per goal. A goal that has passed at this state of the
 *  sources is not run again in full, and a long one goes on where it was cut off. Status 1 when a goal fails. */
import { parseArgs } from "node:util";
import { openContext } from "./context.ts";
import type { Goal, GoalResult } from "./goal.ts";
import { goals } from "./goals.ts";
import { openKept, sourceKey } from "./kept.ts";
import { openSite } from "./site.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    reduced: { type: "boolean", default: false },
    count: { type: "string" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const { reduced } = values;
const seed = Number(values.seed);
const chosen = choose(values.only);
const key = sourceKey();
const kept = openKept(key, reduced ? "reduced" : "full");
const site = openSite(key);
const say = (line: string): void => void (values.json ? console.error(line) : console.log(line));

/** A goal's result as it is kept. */
interface Line extends GoalResult {
  readonly id: string;
  readonly seed: number;
  readonly count: number;
  readonly seconds: number;
  readonly uncaught: readonly string[];
}

say(`${chosen.length} goals, ${reduced ? "reduced" : "full"} counts, sources ${key}, seed ${seed}`);
const rejections: string[] = [];
process.on("unhandledRejection", (reason) => rejections.push(`unhandled: ${String(reason)}`));

const lines: Line[] = [];
for (const goal of chosen) {
  const line = await runGoal(goal);
  lines.push(line);
  print(line);
}
await site.close();
lines.push(everyFault(lines));
print(lines.at(-1)!);
if (values.json) console.log(JSON.stringify({ key, reduced, lines }));
const failed = lines.filter(({ pass }) => !pass).length;
say(`${lines.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function choose(only: string | undefined): Goal[] {
  if (only === undefined) return [...goals];
  const ids = only.split(",").map((id) => id.trim().toUpperCase());
  const unknown = ids.filter((id) => !goals.some((goal) => goal.id === id));
  if (unknown.length === 0) return goals.filter((goal) => ids.includes(goal.id));
  const known = goals.map(({ id }) => id).join(", ");
  console.error(`No goal ${unknown.join(", ")}; there are: ${known}.`);
  process.exit(2);
}

async function runGoal(goal: Goal): Promise<Line> {
  const count = Number(values.count ?? (reduced ? goal.counts.reduced : goal.counts.full));
  const known = kept.read(goal.id) as Line | undefined;
  // Quick runs are always made anew: what passes by chance once must be able to fail the next time.
  if (!reduced && known?.pass && known.count === count && known.seed === seed) return known;
  const log = (text: string): void => say(`  ${goal.id}: ${text}`);
  const began = performance.now();
  const { context, uncaught, close } = openContext({
    ...{ goal, count, reduced, seed, site, kept },
    log,
  });
  const seenBefore = rejections.length;
  let result: GoalResult;
  try {
    result = await within(goal, goal.run(context));
  } catch (error) {
    const note = error instanceof Error ? (error.stack ?? error.message) : String(error);
    result = { injected: 0, survived: 0, lost: 0, worstMs: null, pass: false, notes: [note] };
  }
  await close();
  const seen = counted([...uncaught, ...rejections.slice(seenBefore)]);
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  const line: Line = { id: goal.id, seed, count, seconds, ...result, uncaught: seen };
  kept.write(goal.id, line);
  return line;
}

/** Equal lines once, with how often they came. */
function counted(all: readonly string[]): string[] {
  return [...new Set(all)].map((one) => {
    const times = all.filter((other) => other === one).length;
    return times > 1 ? `${one} (${times} times)` : one;
  });
}

async function within(goal: Goal, running: Promise<GoalResult>): Promise<GoalResult> {
  const minutes = (goal.limitMinutes ?? { full: 60, reduced: 3 })[reduced ? "reduced" : "full"];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${minutes} minutes`)), minutes * 60e3);
  });
  return Promise.race([running, late]).finally(() => clearTimeout(timer));
}

/** R20: whatever was injected, no error stayed uncaught and no page went blank. */
function everyFault(all: readonly Line[]): Line {
  const uncaught = all.flatMap((line) => line.uncaught.map((problem) => `${line.id}: ${problem}`));
  const sum = (field: "injected" | "survived" | "lost"): number =>
    all.reduce((total, line) => total + line[field], 0);
  return {
    ...{ id: "R20", seed, count: all.length, seconds: 0, worstMs: null },
    injected: sum("injected"),
    survived: sum("survived"),
    lost: sum("lost"),
    pass: uncaught.length === 0,
    notes: uncaught,
    uncaught: [],
    codes: [...new Set(all.flatMap((line) => line.codes ?? []))].sort(),
  };
}

function print(line: Line): void {
  const worst = line.worstMs === null ? "–" : `${Math.round(line.worstMs)} ms`;
  say(
    `${line.id.padEnd(4)} ${line.pass ? "pass" : "FAIL"}  injected ${line.injected}, survived ${line.survived}, lost ${line.lost}, worst ${worst} (${line.seconds} s)`,
  );
  for (const note of line.notes) say(`       ${note}`);
  if (line.codes?.length) say(`       codes: ${line.codes.join(", ")}`);
}
