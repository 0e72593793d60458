/** npm run bench:tuners -- [--json] [--functions a,b] [--tuners TPE,Random,TPE:nni-3.0] [--seeds N] [--trials N]
 *  [--concurrency C] [--first-seed N] [--record FILE]
 *  [--held-out | --development | --tables DIR] [--write SECTION]
 *
 *  Simple regret of our tuners, the other libraries' medians beside them. `NAME:VARIANT` sets classArgs.variant,
 *  `NAME{"n_startup_jobs":4}` any classArgs. One run per seed; smaller budgets are its prefixes. Runs in the
 *  --record file are not made again, new ones are added to it. */
import { readFileSync } from "node:fs";
import { readArguments } from "../../scripts/command-line.ts";
import { functionSet } from "./functions/function-set.ts";
import type { BenchFunction } from "./functions/functions.ts";
import { runTuner, seedBase, type BenchTuner } from "./protocol.ts";
import { recordedRuns } from "./recorded-runs.ts";
import { table, writeSection } from "./write-section.ts";
import { bootstrapInterval, quantile, relativeRegret, type Medians } from "./statistics.ts";

interface Cell {
  readonly tuner: string;
  readonly function: string;
  readonly trials: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly regrets: readonly number[];
}

interface Summary {
  readonly tuner: string;
  readonly trials: number;
  readonly seeds: number;
  /** Geometric mean of median regret relative to random's, with its 95 % bootstrap interval for our own. */
  readonly relativeRegret: number;
  readonly interval?: readonly [number, number];
}

interface Peers {
  readonly seeds: Readonly<Record<string, number>>;
  readonly medians: Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>
  >;
}

const { values: flags } = readArguments("npm run bench:tuners --", {
  options: {
    json: { type: "boolean", default: false },
    functions: { type: "string" },
    tuners: { type: "string", default: "TPE,Random" },
    seeds: { type: "string", default: "50" },
    trials: { type: "string" },
    concurrency: { type: "string", default: "1" },
    "first-seed": { type: "string", default: String(seedBase) },
    record: { type: "string" },
    write: { type: "string" },
    "held-out": { type: "boolean", default: false },
    development: { type: "boolean", default: false },
    tables: { type: "string" },
  },
});
const count = (name: string, text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`--${name}: expected a positive integer, got ${text}`);
  return value;
};
const seeds = count("seeds", flags.seeds);
const concurrency = count("concurrency", flags.concurrency);
const trials = count("trials", flags.trials ?? (concurrency > 1 ? "100" : "200"));
const firstSeed = count("first-seed", flags["first-seed"]);
const recorded = recordedRuns(flags.record ?? null);
const functions = chooseFunctions();
/** The other libraries were measured on the ten functions alone. */
const onPeersFunctions = flags.tables === undefined && !flags["held-out"] && !flags.development;
const tuners = splitList(flags.tuners).map(readTuner);
const budgets = [...new Set([...[30, 50, 100, 200].filter((b) => b < trials), trials])];

const peers = JSON.parse(
  readFileSync(new URL("../fixtures/tuner-peers.json", import.meta.url), "utf8"),
) as Peers;
const cells: Cell[] = [];
const latency: { tuner: string; function: string; meanSuggestMs: number }[] = [];
for (const tuner of tuners)
  for (const fn of functions) {
    const runs = Array.from({ length: seeds }, (_, i) => {
      const seed = firstSeed + i;
      return recorded([tuner.label, fn.name, seed, trials, concurrency].join(" "), () =>
        runTuner(tuner, fn, seed, trials, concurrency),
      );
    });
    latency.push({
      tuner: tuner.label,
      function: fn.name,
      meanSuggestMs: runs.reduce((sum, run) => sum + run.suggestMs, 0) / seeds,
    });
    for (const budget of concurrency > 1 ? [trials] : budgets) {
      const regrets = runs.map((run) => run.regret[budget - 1]!);
      cells.push({
        tuner: tuner.label,
        function: fn.name,
        trials: budget,
        p10: quantile(regrets, 0.1),
        p50: quantile(regrets, 0.5),
        p90: quantile(regrets, 0.9),
        regrets,
      });
    }
    if (!flags.json) process.stderr.write(`${tuner.label} ${fn.name}\n`);
  }
const summaries = [...new Set(cells.map((cell) => cell.trials))].flatMap(summarise);
if (flags.json)
  console.log(
    JSON.stringify({ protocol: { seeds, trials, concurrency }, cells, latency, summaries }),
  );
else print();
if (flags.write !== undefined) await writeSection(flags.write, report());

function chooseFunctions(): BenchFunction[] {
  const all = [...functionSet(flags)];
  if (flags.functions === undefined) return all;
  return flags.functions.split(",").map((name) => {
    const fn = all.find((f) => f.name === name);
    if (fn) return fn;
    throw new RangeError(`--functions: ${name} is none of ${all.map((f) => f.name).join(", ")}`);
  });
}

/** Splits at commas outside braces. */
function splitList(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "{") depth++;
    if (character === "}") depth--;
    if (character === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}

function readTuner(label: string): BenchTuner {
  const brace = label.indexOf("{");
  const head = brace < 0 ? label : label.slice(0, brace);
  const classArgs = brace < 0 ? {} : JSON.parse(label.slice(brace));
  const [name = head, variant] = head.split(":");
  return { label, name, classArgs: variant === undefined ? classArgs : { ...classArgs, variant } };
}

/** The other libraries' medians at a budget, by name; empty where none were measured. */
function peerMedians(budget: number): Map<string, Medians> {
  const key = concurrency === 1 ? `seq${budget}` : `par${concurrency}_${budget}`;
  const entries = Object.entries(peers.medians[key] ?? {});
  return new Map(entries.map(([name, table]) => [name, new Map(Object.entries(table))]));
}

function summarise(budget: number): Summary[] {
  const measured = peerMedians(budget);
  const own = (tuner: string): Cell[] =>
    cells.filter((cell) => cell.tuner === tuner && cell.trials === budget);
  const medians = (list: readonly Cell[]): Medians => new Map(list.map((c) => [c.function, c.p50]));
  // the peers' own random runs where they exist, so that all figures share one yardstick
  const yardstick = onPeersFunctions ? measured.get("random") : undefined;
  const random = yardstick ?? medians(own("Random"));
  if (random.size === 0) return [];
  const ours = tuners.map(({ label }): Summary => {
    const list = own(label);
    return {
      tuner: label,
      trials: budget,
      seeds,
      relativeRegret: relativeRegret(medians(list), random),
      interval: bootstrapInterval(new Map(list.map((c) => [c.function, c.regrets])), random),
    };
  });
  if (yardstick === undefined) return ours;
  const names = functions.map((fn) => fn.name);
  const theirs = [...measured].map(([tuner, table]): Summary => {
    const shown = new Map([...table].filter(([name]) => names.includes(name)));
    return {
      tuner,
      trials: budget,
      seeds: peers.seeds[tuner] ?? 0,
      relativeRegret: relativeRegret(shown, random),
    };
  });
  return [...ours, ...theirs.sort((x, y) => x.relativeRegret - y.relativeRegret)];
}

function print(): void {
  const short = (x: number): string => (x === 0 ? "0" : x.toPrecision(2));
  console.log("| function | trials | tuner | p10 | p50 | p90 | best other TPE p50 |");
  console.log("|---|---|---|---|---|---|---|");
  for (const cell of cells) {
    const other = [...peerMedians(cell.trials)]
      .filter(([name]) => name.includes("tpe"))
      .map(([, table]) => table.get(cell.function) ?? Infinity);
    const best = other.length > 0 && onPeersFunctions ? short(Math.min(...other)) : "–";
    const numbers = [cell.p10, cell.p50, cell.p90].map(short).join(" | ");
    console.log(`| ${cell.function} | ${cell.trials} | ${cell.tuner} | ${numbers} | ${best} |`);
  }
  console.log("\n| trials | tuner | seeds | regret relative to random | 95 % interval |");
  console.log("|---|---|---|---|---|");
  for (const s of summaries) {
    const interval = s.interval ? s.interval.map(short).join(" – ") : "";
    console.log(
      `| ${s.trials} | ${s.tuner} | ${s.seeds} | ${short(s.relativeRegret)} | ${interval} |`,
    );
  }
}

/** For the page: regrets relative to random search's, with the 95 % interval for ours, then medians of every function. */
function report(): string {
  const measured = [...new Set(cells.map((cell) => cell.trials))];
  const head = measured.map((n, i) => (i === 0 ? `${n} trials` : String(n)));
  const two = (x: number): string => String(Number(x.toPrecision(2)));
  const relative = (label: string, budget: number): string => {
    const one = summaries.find((s) => s.tuner === label && s.trials === budget);
    if (!one) return "–";
    const interval = one.interval ? ` (${one.interval.map(two).join("–")})` : "";
    return two(one.relativeRegret) + interval;
  };
  const others = [...new Set(summaries.map((s) => s.tuner))].filter(
    (name) => !tuners.some(({ label }) => label === name),
  );
  const labels = [...tuners.map(({ label }) => label), ...others];
  const best = (name: string, budget: number): string => {
    const medians = [...peerMedians(budget)].filter(([peer]) => peer.includes("tpe"));
    const values = medians.map(([, of]) => of.get(name) ?? Infinity);
    return values.length > 0 ? ` / ${two(Math.min(...values))}` : "";
  };
  const cell = (name: string, budget: number): string =>
    cells
      .filter((one) => one.function === name && one.trials === budget)
      .map(({ p50 }) => two(p50))
      .join(" / ") + (onPeersFunctions ? best(name, budget) : "");
  const order = tuners.map(({ label }) => label).join(" / ");
  return [
    "Geometric mean of the median regret relative to random search's:",
    table([["tuner", ...head], ...labels.map((l) => [l, ...measured.map((n) => relative(l, n))])]),
    `Medians, ${order}${onPeersFunctions ? " / the best other TPE" : ""}:`,
    table([
      ["function", ...head],
      ...functions.map(({ name }) => [name, ...measured.map((n) => cell(name, n))]),
    ]),
  ].join("\n\n");
}
