/** npm run bench:timing -- [--json] [--tuners A,B] [--trials 100,500,1000] [--seconds 3] [--cpu] [--judging]
 *  [--write SECTION]
 *
 *  How long every tuner of the catalogue takes for one suggestion, by the length of the history: finished trials drawn at
 *  random from ten mixed parameters (those of the ten that the tuner can handle). After one that is not
 *  counted, the median and the largest of at most 21 suggestions; after `--seconds` no new one is begun.
 *  `--cpu` measures the process's processor time instead, for a machine that is busy with other things.
 *  A multi-fidelity tuner's history is made by the tuner itself.
 *  `--judging` measures the assessors (report 20 of 40), the analyses and the journal's fold instead.
 *  Status 1 where even the quickest run took longer than `limits` allow.
 *  `--write` puts the medians into that section of docs/benchmarks.md. */
import { readArguments } from "../../scripts/command-line.ts";
import {
  assessorCatalogue,
  contour,
  createAssessor,
  createRng,
  createTuner,
  empiricalDistribution,
  examine,
  fanovaImportance,
  marginalCurve,
  parseSearchSpace,
  pedAnovaImportance,
  rankTrials,
  sampleParameters,
  tunerCatalogue,
  type JsonObject,
  type Parameters,
  type SearchSpace,
  type Trial,
  type TunerDefinition,
} from "../../src/core/index.ts";
import { quantile } from "./statistics.ts";
import { table, writeSection } from "./write-section.ts";

const { values: flags } = readArguments("npm run bench:timing --", {
  options: {
    json: { type: "boolean", default: false },
    tuners: { type: "string", default: tunerCatalogue.map(({ name }) => name).join(",") },
    trials: { type: "string", default: "100,500,1000" },
    seconds: { type: "string", default: "3" },
    cpu: { type: "boolean", default: false },
    judging: { type: "boolean", default: false },
    write: { type: "string" },
  },
});

const now = (): number => {
  if (!flags.cpu) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

interface Row {
  readonly name: string;
  readonly parameters: number;
  readonly trials: number;
  readonly medianMs: number;
  readonly largestMs: number;
  readonly quickestMs: number;
  readonly runs: number;
}

/** What even a slow computer should reach, in ms for the quickest run, by the number of finished trials. */
const limits: readonly { readonly name: string; readonly trials: number; readonly ms: number }[] = [
  { name: "TPE", trials: 1000, ms: 16 },
  { name: "GaussianProcess", trials: 100, ms: 150 },
  { name: "GaussianProcess", trials: 500, ms: 1000 },
  { name: "SMAC", trials: 500, ms: 1000 },
  ...assessorCatalogue.map(({ name }) => ({ name, trials: 1000, ms: 300 })),
];

const tenParameters: Readonly<Record<string, JsonObject>> = {
  lr: { _type: "loguniform", _value: [1e-5, 1] },
  weight_decay: { _type: "loguniform", _value: [1e-6, 0.1] },
  dropout: { _type: "uniform", _value: [0, 0.6] },
  momentum: { _type: "uniform", _value: [0.5, 0.999] },
  label_smoothing: { _type: "uniform", _value: [0, 0.2] },
  hidden: { _type: "quniform", _value: [64, 1024, 64] },
  layers: { _type: "randint", _value: [1, 12] },
  batch: { _type: "choice", _value: [16, 32, 64, 128, 256] },
  kernel: { _type: "choice", _value: [2, 3, 5, 7] },
  width: { _type: "choice", _value: [8, 16, 32, 64] },
};

/** A smooth metric with some noise, so that models have something to fit. */
function metric(p: Parameters, number: number): number {
  const at = (name: string): number => Number(p[name] ?? 0);
  const lr = at("lr") > 0 ? Math.log10(at("lr")) + 2 : 0;
  const rng = createRng("timing", number);
  return (
    0.9 -
    0.05 * lr * lr -
    (at("dropout") - 0.3) ** 2 -
    0.01 * Math.abs(at("layers") - 6) -
    0.002 * at("kernel") +
    0.01 * rng.normal()
  );
}

function spaceFor(definition: TunerDefinition): SearchSpace {
  if (definition.name === "BatchTuner") {
    const listed = Array.from({ length: 2000 }, (_, i) => ({ lr: i / 2000, layers: i % 7 }));
    return parseSearchSpace({ list: { _type: "choice", _value: listed } });
  }
  const known = Object.entries(tenParameters).filter(([, spec]) =>
    definition.types.some((type) => type === spec["_type"]),
  );
  return parseSearchSpace(Object.fromEntries(known));
}

function makeHistory(definition: TunerDefinition, space: SearchSpace, count: number): Trial[] {
  const history: Trial[] = [];
  const tuner = createTuner(definition.name);
  const own = definition.multiFidelity || definition.name === "BatchTuner";
  for (let number = 0; number < count; number++) {
    const rng = createRng("timing", definition.name, number);
    let trial: Pick<Trial, "parameters" | "budget" | "continueFrom" | "tunerState">;
    if (own) {
      const suggestion = tuner.suggest(space, history, rng);
      if (suggestion.kind === "wait") throw new Error(`${definition.name}: ${suggestion.reason}`);
      const { kind: _, provenance: __, ...rest } = suggestion;
      trial = rest;
    } else trial = { parameters: sampleParameters(space, rng) };
    const final = metric(trial.parameters, number);
    history.push({ ...trial, number, status: "SUCCEEDED", intermediates: [final], final });
  }
  return history;
}

const counts = flags.trials.split(",").map(Number);
const rows: Row[] = [];

function measure(name: string, parameters: number, trials: number, run: (i: number) => void): void {
  const times: number[] = [];
  const began = now();
  const left = (): boolean => now() - began < 1000 * Number(flags.seconds);
  for (let i = 0; i < 22 && (i < 2 || left()); i++) {
    const started = now();
    run(i);
    // The first one also compiles the code.
    if (i > 0) times.push(now() - started);
  }
  const [medianMs, largestMs] = [quantile(times, 0.5), Math.max(...times)];
  const quickestMs = Math.min(...times);
  rows.push({ name, parameters, trials, medianMs, largestMs, quickestMs, runs: times.length });
  const short = (ms: number): string => ms.toPrecision(2);
  if (!flags.json)
    console.log(
      `| ${name} | ${parameters} | ${trials} | ${short(medianMs)} | ${short(largestMs)} |`,
    );
}

function measureTuners(): void {
  for (const name of flags.tuners.split(",")) {
    const definition = tunerCatalogue.find((tuner) => tuner.name === name);
    if (definition === undefined) throw new RangeError(`--tuners: there is no ${name}`);
    const space = spaceFor(definition);
    const longest = makeHistory(definition, space, Math.max(...counts));
    for (const trials of counts) {
      const history = longest.slice(0, trials);
      const tuner = createTuner(name);
      measure(name, space.parameters.length, trials, (i) =>
        tuner.suggest(space, history, createRng("timing", name, trials, i)),
      );
    }
  }
}

/** What judges trials: the assessors after every report, the analyses when their panels show. */
function measureJudges(): void {
  const space = parseSearchSpace(tenParameters);
  const epochs = 40;
  const longest = makeHistory(
    tunerCatalogue.find(({ name }) => name === "Random")!,
    space,
    Math.max(...counts),
  );
  for (const trials of counts) {
    const history = longest.slice(0, trials).map((trial): Trial => {
      const final = trial.final!;
      const rng = createRng("timing", "reports", trial.number);
      const intermediates = Array.from(
        { length: epochs },
        (_, t) => final - Math.exp(-t / 8) + 0.002 * rng.normal(),
      );
      return { ...trial, epochs, intermediates };
    });
    const { final: _, ...last } = history[0]!;
    const reports = last.intermediates.slice(0, epochs / 2);
    const running: Trial = { ...last, number: trials, status: "RUNNING", intermediates: reports };
    for (const { name } of assessorCatalogue) {
      const assessor = createAssessor(name);
      measure(name, 0, trials, (i) => assessor.assess(running, history, createRng("timing", i)));
    }
    const options = { mode: "maximize" } as const;
    const analyses: Record<string, (i: number) => unknown> = {
      rankTrials: () => rankTrials(history, "maximize"),
      empiricalDistribution: () => empiricalDistribution(history),
      pedAnovaImportance: () => pedAnovaImportance(space, history, options),
      fanovaImportance: (i) => fanovaImportance(space, history, createRng(i), options),
      marginalCurve: (i) => marginalCurve(space, history, "lr", createRng(i), options),
      contour: (i) => contour(space, history, ["lr", "dropout"], createRng(i), options),
      examine: (i) => examine(space, history, createRng(i), { ...options, metric: "validation" }),
    };
    for (const [name, run] of Object.entries(analyses)) measure(name, 10, trials, run);
  }
}

if (flags.judging) measureJudges();
else measureTuners();
if (flags.json) console.log(JSON.stringify({ rows }));
for (const { name, trials, ms } of limits)
  for (const row of rows)
    if (row.name === name && row.trials === trials && row.quickestMs > ms) {
      console.error(`${name}: ${row.quickestMs.toFixed(1)} ms at ${trials} trials, over ${ms} ms`);
      process.exitCode = 1;
    }
if (flags.write !== undefined)
  await writeSection(
    flags.write,
    table([
      [
        flags.judging ? "assessor or analysis" : "tuner",
        ...counts.map((n) => `${n.toLocaleString("en-US")} trials`),
      ],
      ...[...new Set(rows.map(({ name }) => name))].map((name) => [
        name,
        ...rows.filter((row) => row.name === name).map(({ medianMs }) => milliseconds(medianMs)),
      ]),
    ]),
  );

/** Two digits; what is too short to be told is said so. */
function milliseconds(ms: number): string {
  if (ms < 0.1) return "<0.1";
  return Number(ms.toPrecision(2)).toLocaleString("en-US");
}
