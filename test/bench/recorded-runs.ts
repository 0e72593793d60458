import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Run } from "./protocol.ts";

/** Runs kept in a file, one JSON line each, so that a measurement can be interrupted, divided and continued.
 *  The file knows nothing of the code that made it: begin a new one when a tuner has changed.
 *  @param path null keeps nothing
 *  @returns a function that looks a run up by its key, or makes and keeps it */
export function recordedRuns(path: string | null): (key: string, make: () => Run) => Run {
  if (path === null) return (_key, make) => make();
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
  const known = new Map(
    lines.filter(Boolean).map((line) => {
      const { key, ...run } = JSON.parse(line) as Run & { key: string };
      return [key, run] as const;
    }),
  );
  return (key, make) => {
    const earlier = known.get(key);
    if (earlier !== undefined) return earlier;
    const run = make();
    appendFileSync(path, `${JSON.stringify({ key, ...run })}\n`);
    return run;
  };
}
