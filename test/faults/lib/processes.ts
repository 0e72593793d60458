import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Goal } from "./goal.ts";
import { failure, type Line } from "../run-goal.ts";

/** Runs each goal in a process of its own, so that none blocks, leaks into or is measured with another; `atOnce` of them
 *  side by side, because most wait for most of their time. Those that compare speeds run alone at the end.
 *  @param flags passed on to each
 *  @param done called with each line as soon as it is there */
export async function runInProcesses(
  goals: readonly Goal[],
  { atOnce, flags, done }: { atOnce: number; flags: readonly string[]; done(line: Line): void },
): Promise<void> {
  const waiting = goals.filter(({ alone }) => !alone);
  const lane = async (): Promise<void> => {
    for (let goal = waiting.shift(); goal; goal = waiting.shift()) done(await start(goal, flags));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  for (const goal of goals) if (goal.alone) done(await start(goal, flags));
}

async function start({ id }: Goal, flags: readonly string[]): Promise<Line> {
  const runner = fileURLToPath(new URL("../run.ts", import.meta.url));
  // The flags of this process bring the TypeScript loader along.
  const child = spawn(
    process.execPath,
    [...process.execArgv, runner, "--only", id, ...flags, "--json"],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, "close")]);
  try {
    return (JSON.parse(output) as { lines: Line[] }).lines[0]!;
  } catch {
    const note = `its process ended with status ${String(status)} and no result`;
    return { id, seed: 0, count: 0, seconds: 0, uncaught: [], ...failure(note) };
  }
}
