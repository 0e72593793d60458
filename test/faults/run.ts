/** `npm run test:faults [-- --only R1,S1] [--reduced] [--at-once N] [--beside] [--alone] [--count N] [--seed N] [--json]`:
 *  injects the faults of every goal with its full number (or the reduced one) and prints one line per goal, `at-once` goals
 *  side by side (default 1, reduced 3: most wait for most of their time). `--beside` takes only the goals that bear other work
 *  on the machine, `--alone` only those that compare speeds. A goal that has passed at this state of the sources is not run
 *  again in full, and a long one goes on where it was cut off. Status 1 when a goal fails. */
import { readArguments } from "../../scripts/command-line.ts";
import type { Goal } from "./lib/goal.ts";
import { goalIds, loadGoals } from "./goals.ts";
import { openKept, sourceKey } from "./lib/kept.ts";
import { runInProcesses } from "./lib/processes.ts";
import { runGoal, type Line } from "./run-goal.ts";
import { openSite } from "./lib/site.ts";

const { values } = readArguments("npm run test:faults --", {
  options: {
    only: { type: "string" },
    reduced: { type: "boolean", default: false },
    "at-once": { type: "string" },
    beside: { type: "boolean", default: false },
    alone: { type: "boolean", default: false },
    count: { type: "string" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const { reduced } = values;
const seed = Number(values.seed);
const chosen = (await choose(values.only)).filter(({ alone = false }) =>
  alone ? !values.beside : !values.alone,
);
const key = sourceKey();
const site = openSite(key);
const say = (line: string): void => void (values.json ? console.error(line) : console.log(line));
/** What the process above says itself. */
const announce = values.json && chosen.length === 1 ? (): void => {} : say;

const lines: Line[] = [];
const add = (line: Line): void => {
  lines.push(line);
  print(line);
};
announce(
  `${chosen.length} goals, ${reduced ? "reduced" : "full"} counts, sources ${key}, seed ${seed}`,
);
if (chosen.length === 1) {
  const kept = openKept(key, reduced ? "reduced" : "full");
  const count = values.count === undefined ? undefined : Number(values.count);
  add(await runGoal(chosen[0]!, { ...{ count, reduced, seed, site, kept }, log: say }));
} else {
  const flags = ["--seed", values.seed];
  if (reduced) flags.push("--reduced");
  if (values.count !== undefined) flags.push("--count", values.count);
  await site.dist();
  const atOnce = Number(values["at-once"] ?? (reduced ? 2 : 1));
  await runInProcesses(chosen, { atOnce, flags, done: add });
}
await site.close();
add(everyFault(lines));
if (values.json) console.log(JSON.stringify({ key, reduced, lines }));
const failed = lines.filter(({ pass }) => !pass).length;
announce(`${lines.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

async function choose(only: string | undefined): Promise<readonly Goal[]> {
  if (only === undefined) return loadGoals();
  const ids = only.split(",").map((id) => id.trim().toUpperCase());
  const unknown = ids.filter((id) => !goalIds.includes(id));
  if (unknown.length === 0) return loadGoals(goalIds.filter((id) => ids.includes(id)));
  const known = goalIds.join(", ");
  console.error(`No goal ${unknown.join(", ")}; there are: ${known}.`);
  process.exit(2);
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
  announce(
    `${line.id.padEnd(4)} ${line.pass ? "pass" : "FAIL"}  injected ${line.injected}, survived ${line.survived}, lost ${line.lost}, worst ${worst} (${line.seconds} s)`,
  );
  for (const note of line.notes) announce(`       ${note}`);
  if (line.codes?.length) announce(`       codes: ${line.codes.join(", ")}`);
}
