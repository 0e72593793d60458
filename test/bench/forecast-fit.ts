/** Fits the weights of Forecast's `winningChance` to real learning curves, and judges them on curves they were not fitted to.
 *  tsx test/bench/forecast-fit.ts --data FOLDER [--fit 120] [--judge 200] [--sets S,T] [--write SECTION]
 *  For every set: weights from all other sets, then experiments of that one. At last the weights from all of them. */
import { readArguments } from "../../scripts/command-line.ts";
import { assessorCatalogue, createRng } from "../../src/core/index.ts";
import { forecastRule } from "../../src/core/assessors/forecast.ts";
import { evidenceTerms, winningChance } from "../../src/core/assessors/winning-chance.ts";
import { resolveArguments } from "../../src/core/tuners/contract/arguments.ts";
import { loadCurveSets, type CurveSet } from "./assessors/curves.ts";
import { drawCurves, simulate } from "./assessors/simulate.ts";
import { table, writeSection } from "./write-section.ts";

const { values } = readArguments("tsx test/bench/forecast-fit.ts", {
  options: {
    data: { type: "string", default: process.env["TABTUNE_TABULAR"] ?? "" },
    fit: { type: "string", default: "120" },
    judge: { type: "string", default: "200" },
    sets: { type: "string", default: "" },
    write: { type: "string" },
  },
});
const [trials, concurrency] = [20, 4];
const definition = assessorCatalogue.find(({ name }) => name === "Forecast")!;

/** What was known at every report of one set's experiments, and whether its trial won. */
interface Reports {
  /** [reports, terms] */
  readonly terms: Float64Array;
  readonly won: Uint8Array;
}
const width = evidenceTerms({
  ...{ done: 1, rivals: 1, better: 0, betterBefore: 0, shortfall: 0, liveliness: 0 },
}).length;

/** Plays experiments to their ends. A report's trial has won if it ends at least as well as all that have started. */
function gather(set: CurveSet, experiments: number): Reports {
  const terms: number[] = [];
  const won: number[] = [];
  const sign = set.mode === "maximize" ? 1 : -1;
  const args = resolveArguments("Forecast", definition.arguments, { optimize_mode: set.mode });
  for (let i = 0; i < experiments; i++) {
    const curves = drawCurves(set.curves, trials, i);
    const ends = curves.map((curve) => sign * curve.at(-1)!);
    let wins = false;
    const rule = forecastRule(args, set.mode, (evidence) => {
      terms.push(...evidenceTerms(evidence));
      won.push(wins ? 1 : 0);
      return 1;
    });
    const assess: typeof rule = (trial, history, rng) => {
      const started = ends.slice(0, history.length);
      wins = ends[trial.number]! >= Math.max(...started);
      return rule(trial, history, rng);
    };
    simulate(curves, { assess }, set.mode, concurrency, createRng("fit", i));
  }
  return { terms: Float64Array.from(terms), won: Uint8Array.from(won) };
}

/** Logistic regression by Newton's method; every set counts the same. */
function fit(sets: readonly Reports[]): number[] {
  let weights = Array<number>(width).fill(0);
  for (let turn = 0; turn < 25; turn++) {
    const gradient = weights.map((weight) => -1e-6 * weight);
    const curvature = weights.map((_, i) => weights.map((__, j) => (i === j ? 1e-6 : 0)));
    for (const { terms, won } of sets)
      for (let r = 0; r < won.length; r++) {
        const x = terms.subarray(r * width, (r + 1) * width);
        const p = 1 / (1 + Math.exp(-x.reduce((sum, term, i) => sum + weights[i]! * term, 0)));
        for (let i = 0; i < width; i++) {
          gradient[i]! += ((won[r]! - p) * x[i]!) / won.length;
          for (let j = 0; j <= i; j++)
            curvature[i]![j]! += (p * (1 - p) * x[i]! * x[j]!) / won.length;
        }
      }
    for (let i = 0; i < width; i++)
      for (let j = 0; j < i; j++) curvature[j]![i] = curvature[i]![j]!;
    const step = solve(curvature, gradient);
    weights = weights.map((weight, i) => weight + step[i]!);
    if (Math.max(...step.map(Math.abs)) < 1e-9) break;
  }
  return weights;
}

/** Gauss' elimination of a small positive definite system. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (let i = 0; i < rows.length; i++)
    for (let k = i + 1; k < rows.length; k++) {
      const factor = rows[k]![i]! / rows[i]![i]!;
      for (let j = i; j <= rows.length; j++) rows[k]![j]! -= factor * rows[i]![j]!;
    }
  const x = Array<number>(rows.length).fill(0);
  for (let i = rows.length - 1; i >= 0; i--) {
    const rest = x.reduce((sum, value, j) => sum + (j > i ? rows[i]![j]! * value : 0), 0);
    x[i] = (rows[i]![rows.length]! - rest) / rows[i]![i]!;
  }
  return x;
}

interface Judged {
  readonly set: string;
  readonly savedPercent: number;
  readonly winnerKeptPercent: number;
}

function judge(set: CurveSet, weights: readonly number[], experiments: number): Judged {
  const args = resolveArguments("Forecast", definition.arguments, { optimize_mode: set.mode });
  const assess = forecastRule(args, set.mode, (evidence) => winningChance(evidence, weights));
  let [saved, kept] = [0, 0];
  for (let i = 0; i < experiments; i++) {
    const curves = drawCurves(set.curves, trials, i);
    const rng = createRng("assessor-bench", "Forecast", i);
    const result = simulate(curves, { assess }, set.mode, concurrency, rng);
    saved += result.saved / experiments;
    kept += (result.winnerKept ? 1 : 0) / experiments;
  }
  return { set: set.name, savedPercent: 100 * saved, winnerKeptPercent: 100 * kept };
}

const sets = loadCurveSets(values.data);
const reports = sets.map((set) => gather(set, Number(values.fit)));
console.log(JSON.stringify({ reports: reports.map(({ won }) => won.length) }));
console.log(JSON.stringify({ weights: fit(reports) }));
const judgements: Judged[] = [];
sets.forEach((set, i) => {
  if (values.sets !== "" && !values.sets.split(",").includes(set.name)) return;
  const weights = fit(reports.filter((_, other) => other !== i));
  const judged = judge(set, weights, Number(values.judge));
  judgements.push(judged);
  console.log(JSON.stringify({ ...judged, weights }));
});
if (values.write !== undefined) {
  const percent = (x: number): string => String(Number(x.toFixed(1)));
  await writeSection(
    values.write,
    table([
      ["set", "saved", "kept"],
      ...judgements.map(({ set, savedPercent, winnerKeptPercent }) => [
        set,
        percent(savedPercent),
        percent(winnerKeptPercent),
      ]),
    ]),
  );
}
