/** Epochs saved and winners kept by the assessors on real learning curves.
 *  tsx test/bench/assessors.ts [--json] [--data FOLDER] [--experiments 200] [--assessors A,B] [--sets S,T]
 *  [--write SECTION]
 *  The folder may also come as TABTUNE_TABULAR; without it the benchmark says that it was skipped.
 *  --difficulty says instead how early the curves of each set show the winner. */
import { readArguments } from "../../scripts/command-line.ts";
import { createAssessor, createRng, type JsonObject } from "../../src/core/index.ts";
import { loadCurveSets } from "./assessors/curves.ts";
import { difficulty, type Difficulty } from "./assessors/difficulty.ts";
import { drawCurves, simulate } from "./assessors/simulate.ts";
import { table, writeSection } from "./write-section.ts";

const { values } = readArguments("npm run bench:assessors --", {
  options: {
    json: { type: "boolean", default: false },
    data: { type: "string", default: process.env["TABTUNE_TABULAR"] ?? "" },
    experiments: { type: "string", default: "200" },
    trials: { type: "string", default: "20" },
    concurrency: { type: "string", default: "4" },
    assessors: { type: "string", default: "Forecast,Medianstop,ASHA,Percentile,Curvefitting" },
    args: { type: "string", default: "{}" },
    sets: { type: "string", default: "" },
    difficulty: { type: "boolean", default: false },
    /** Trials do not say how long they are planned to be, unlike in an experiment. */
    write: { type: "string" },
    "length-unknown": { type: "boolean", default: false },
  },
});

interface Row {
  readonly set: string;
  readonly assessor: string;
  readonly experiments: number;
  readonly savedPercent: number;
  readonly winnerKeptPercent: number;
  /** Mean loss of the best final value, in standard deviations of the finals. */
  readonly regret: number;
  readonly microsecondsPerReport: number;
}

const sets = values.data === "" ? [] : loadCurveSets(values.data);
const wanted =
  values.sets === "" ? sets : sets.filter((s) => values.sets.split(",").includes(s.name));
const rows: Row[] = [];
const difficulties: Difficulty[] = [];
if (values.difficulty)
  for (const set of wanted) {
    difficulties.push(difficulty(set, Number(values.trials), Number(values.experiments)));
    console.log(JSON.stringify(difficulties.at(-1)));
  }
else
  for (const set of wanted)
    for (const name of values.assessors.split(",")) {
      const extra = JSON.parse(values.args) as JsonObject;
      const epochs = set.curves[0]?.length ?? 0;
      const classArgs: JsonObject = {
        optimize_mode: set.mode,
        ...(name === "Curvefitting" ? { epoch_num: epochs } : {}),
        ...extra,
      };
      const assessor = createAssessor(name, classArgs);
      const experiments = Number(values.experiments);
      let [saved, kept, regret, reports] = [0, 0, 0, 0];
      const start = performance.now();
      for (let i = 0; i < experiments; i++) {
        const curves = drawCurves(set.curves, Number(values.trials), i);
        const rng = createRng("assessor-bench", name, i);
        const result = simulate(curves, assessor, set.mode, Number(values.concurrency), rng, {
          lengthKnown: !values["length-unknown"],
        });
        saved += result.saved;
        kept += result.winnerKept ? 1 : 0;
        regret += result.regret;
        reports += (1 - result.saved) * curves.length * epochs;
      }
      const round = (x: number): number => Math.round(10 * x) / 10;
      const row: Row = {
        set: set.name,
        assessor: name,
        experiments,
        savedPercent: round((100 * saved) / experiments),
        winnerKeptPercent: round((100 * kept) / experiments),
        regret: Math.round((1000 * regret) / experiments) / 1000,
        microsecondsPerReport: Math.round((1000 * (performance.now() - start)) / reports),
      };
      rows.push(row);
      if (!values.json) console.log(Object.values(row).join("\t"));
    }
if (rows.length === 0 && wanted.length === 0)
  console.log(
    values.json
      ? JSON.stringify({ skipped: "no curve sets: give --data FOLDER or TABTUNE_TABULAR" })
      : "Skipped: no curve sets; give --data FOLDER or TABTUNE_TABULAR.",
  );
else if (values.json && rows.length > 0) console.log(JSON.stringify({ rows }, null, 1));
if (values.write !== undefined)
  await writeSection(values.write, values.difficulty ? difficultyTable() : resultTable());

function resultTable(): string {
  return table([
    ["set", "assessor", "saved", "kept", "loss"],
    ...rows.map((row, i) => [
      rows[i - 1]?.set === row.set ? "" : row.set,
      ...[row.assessor, row.savedPercent, row.winnerKeptPercent, row.regret].map(String),
    ]),
  ]);
}

function difficultyTable(): string {
  const short = (x: number): string => String(Number(x.toPrecision(2)));
  const percent = (x: number): string => String(Number(x.toFixed(1)));
  const shares = Object.keys(difficulties[0]?.places ?? {});
  return table([
    [
      ...["set", ...shares.map((share) => `${100 * Number(share)} %`), "noise / gap"],
      ...["by place, 20 at once", "by place, 4 at a time", "knowing ends"],
    ],
    ...difficulties.map((one) => [
      ...[one.set, ...shares.map((share) => String(one.places[share])), short(one.noiseOverGap)],
      ...[one.savedAllAtOncePercent, one.savedFourAtATimePercent].map(percent),
      percent(one.savedKnowingEndsPercent),
    ]),
  ]);
}
