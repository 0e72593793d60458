/** `npm run test:faults:table`: takes the full runs that were kept for commits of this history into
 *  `docs/reliability.json` and writes `docs/reliability.md` from it. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { readArguments } from "../../scripts/command-line.ts";
import { root } from "../browser/harness.ts";
import { criteria } from "./criteria.ts";
import { loadGoals } from "./goals.ts";
import { keptFolder, keptKeys } from "./lib/kept.ts";

/** A full run of a goal. */
interface Measured {
  readonly commit: string;
  /** ms since 1970 */
  readonly at: number;
  readonly pass: boolean;
  readonly injected: number;
  readonly survived: number;
  readonly lost: number;
  readonly worstMs: number | null;
  readonly seconds: number;
  readonly notes: readonly string[];
  readonly uncaught: readonly string[];
}

readArguments("npm run test:faults:table", {});
const goals = await loadGoals();
const dataFile = join(root, "docs", "reliability.json");
const known = existsSync(dataFile)
  ? (JSON.parse(readFileSync(dataFile, "utf8")) as Record<string, Measured>)
  : {};
const all: Record<string, Measured> = { ...known };
for (const key of keptKeys().filter(isInHistory))
  for (const { id, counts } of goals) {
    const file = join(keptFolder, key, "full", `${id}.json`);
    if (!existsSync(file)) continue;
    const line = JSON.parse(readFileSync(file, "utf8")) as Measured & { readonly count: number };
    const at = Math.round(statSync(file).mtimeMs);
    // A run with another number of injections is not the one that the table promises.
    if (line.count !== counts.full || at <= (all[id]?.at ?? 0)) continue;
    const { pass, injected, survived, lost, worstMs, seconds, notes, uncaught } = line;
    all[id] = {
      ...{ commit: key, at, pass, injected, survived, lost, worstMs, seconds, uncaught },
      notes: notes.slice(0, 4),
    };
  }
await write(dataFile, JSON.stringify(all));
await write(join(root, "docs", "reliability.md"), text());

/** A clean commit that led to this one. */
function isInHistory(key: string): boolean {
  if (!/^[0-9a-f]{12}$/.test(key)) return false;
  const git = spawnSync("git", ["merge-base", "--is-ancestor", key, "HEAD"], { cwd: root });
  return git.status === 0;
}

function text(): string {
  const rows = Object.keys(criteria)
    .filter((id) => id !== "R20")
    .map((id) => {
      const goal = goals.find((one) => one.id === id);
      const measured = all[id];
      return cells(
        id,
        goal?.title ?? "–",
        goal?.how ?? "not built yet",
        criteria[id]!,
        ...result(measured),
      );
    });
  const uncaught = Object.values(all).flatMap((one) => one.uncaught);
  const sum = (field: "injected" | "survived" | "lost"): number =>
    Object.values(all).reduce((total, one) => total + one[field], 0);
  const r20 = cells(
    "R20",
    "Everything together",
    "what the runner saw in all runs above",
    criteria["R20"]!,
    `${uncaught.length === 0 ? "pass" : "FAIL"}: ${sum("injected")} injected, ${sum("survived")} survived, ${sum("lost")} lost`,
    "the commits above",
  );
  const notes = Object.keys(criteria)
    .filter((id) => all[id] !== undefined)
    .flatMap((id) => all[id]!.notes.map((note) => `- **${id}**: ${oneLine(note)}`));
  return `# Reliability: what is injected and what came of it

\`npm run test:faults\` injects all of it with its full numbers (\`-- --only R1,S1\` chooses; finished parts are kept per
commit, so that a run that was cut off goes on), \`npm test\` with reduced ones. This page is written by
\`npm run test:faults:table\` from the full runs that were kept and says of each on which commit it was made; nothing in it is
typed. Machine: two cores shared with other work, software GPU (SwiftShader), Chromium ${chromium()}.

| goal | what | how it is injected | what must hold | full run | commit |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
${r20}

"Worst" is the slowest recovery where time is part of the goal. A goal without a full run has only been run with its reduced
number, by every \`npm test\`.

## What was counted besides

${notes.join("\n")}
`;
}

function result(measured: Measured | undefined): [string, string] {
  if (!measured) return ["not run in full yet", "–"];
  const { pass, injected, survived, lost, worstMs, seconds, commit } = measured;
  const worst = worstMs === null ? "" : `, worst ${Math.round(worstMs)} ms`;
  return [
    `${pass ? "pass" : "FAIL"}: ${injected} injected, ${survived} survived, ${lost} lost${worst} (${Math.round(seconds)} s)`,
    `\`${commit.slice(0, 7)}\``,
  ];
}

function oneLine(note: string): string {
  return note.replace(/\s+/g, " ").slice(0, 400);
}

function cells(...columns: string[]): string {
  return `| ${columns.map((cell) => oneLine(cell).replaceAll("|", "\\|")).join(" | ")} |`;
}

function chromium(): string {
  const path = process.env.CHROME_PATH ?? "/usr/bin/chromium";
  const found = existsSync(path) ? execFileSync(path, ["--version"], { encoding: "utf8" }) : "";
  return /\d+(\.\d+)*/.exec(found)?.[0] ?? "of unknown version";
}

async function write(file: string, content: string): Promise<void> {
  const options = await resolveConfig(file);
  writeFileSync(file, await format(content, { ...options, filepath: file }));
}
