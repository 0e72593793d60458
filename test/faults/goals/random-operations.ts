import { keptSeeds } from "../../experiment/run/kept-seeds.ts";
import { runRandomOperations } from "../../experiment/run/random-operations.ts";
import type { Goal } from "../lib/goal.ts";

/** Random users, workers, crashes and storage failures against the rules of an experiment. */
export const randomOperations: Goal = {
  id: "R15",
  title: "Random operations on the orchestrator",
  how: "seeded sequences of user acts, worker events, storage failures and tabs that die before or after a commit, on fake workers and a fake store, every promise checked after each (200 operations a seed, 1,000 in the full run)",
  counts: { full: 1000, reduced: 100 },
  limitMinutes: { full: 120, reduced: 4 },
  async run(context) {
    const operations = context.reduced ? 200 : 1000;
    const failures: string[] = [];
    const attempt = async (seed: number, count: number): Promise<void> => {
      try {
        await runRandomOperations(seed, count);
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    };
    for (const kept of keptSeeds) await attempt(kept.seed, kept.operations);
    const blockSize = 50;
    for (let block = 0; block < context.count; block += blockSize) {
      const failed = await context.part(`seeds-${block}`, async () => {
        const first = failures.length;
        for (let i = block; i < Math.min(block + blockSize, context.count); i++)
          await attempt(context.seed * 1_000_000 + i, operations);
        return failures.splice(first);
      });
      failures.push(...failed);
    }
    return {
      injected: context.count * operations,
      survived: (context.count - failures.length) * operations,
      lost: 0,
      worstMs: null,
      pass: failures.length === 0,
      notes: [
        `${context.count} seeds of ${operations} operations and ${keptSeeds.length} kept ones`,
        ...failures.slice(0, 10),
      ],
    };
  },
};
