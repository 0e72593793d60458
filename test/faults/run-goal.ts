import { openContext, type Site } from "./lib/context.ts";
import type { Goal, GoalResult } from "./lib/goal.ts";
import type { Kept } from "./lib/kept.ts";

/** A goal's result as it is kept and passed on. */
export interface Line extends GoalResult {
  readonly id: string;
  readonly seed: number;
  readonly count: number;
  readonly seconds: number;
  readonly uncaught: readonly string[];
}

export interface RunOptions {
  /** Instead of the goal's own number. */
  readonly count: number | undefined;
  readonly reduced: boolean;
  readonly seed: number;
  readonly site: Site;
  readonly kept: Kept;
  readonly log: (line: string) => void;
}

/** Runs one goal in this process. A full run that has passed at this state of the sources is not made again. */
export async function runGoal(goal: Goal, options: RunOptions): Promise<Line> {
  const { reduced, seed, kept, log } = options;
  const count = options.count ?? (reduced ? goal.counts.reduced : goal.counts.full);
  const known = kept.read(goal.id) as Line | undefined;
  // Quick runs are always made anew: what passes by chance once must be able to fail the next time.
  if (!reduced && known?.pass && known.count === count && known.seed === seed) return known;
  const rejections: string[] = [];
  const reject = (reason: unknown): void => void rejections.push(`unhandled: ${String(reason)}`);
  process.on("unhandledRejection", reject);
  const began = performance.now();
  const { context, uncaught, close } = openContext({
    ...{ goal, count, reduced, seed, kept, site: options.site },
    log: (text) => log(`  ${goal.id}: ${text}`),
  });
  const result = await within(goal, reduced, goal.run(context)).catch((error: unknown) =>
    failure(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
  await close();
  process.off("unhandledRejection", reject);
  const line: Line = {
    ...{ id: goal.id, seed, count },
    seconds: Math.round((performance.now() - began) / 100) / 10,
    ...result,
    uncaught: counted([...uncaught, ...rejections]),
  };
  kept.write(goal.id, line);
  return line;
}

/** A goal that came to no result. */
export function failure(note: string): GoalResult {
  return { injected: 0, survived: 0, lost: 0, worstMs: null, pass: false, notes: [note] };
}

async function within(
  goal: Goal,
  reduced: boolean,
  running: Promise<GoalResult>,
): Promise<GoalResult> {
  const minutes = (goal.limitMinutes ?? { full: 60, reduced: 3 })[reduced ? "reduced" : "full"];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${minutes} minutes`)), minutes * 60e3);
  });
  return Promise.race([running, late]).finally(() => clearTimeout(timer));
}

/** Equal lines once, with how often they came. */
function counted(all: readonly string[]): string[] {
  return [...new Set(all)].map((one) => {
    const times = all.filter((other) => other === one).length;
    return times > 1 ? `${one} (${times} times)` : one;
  });
}
