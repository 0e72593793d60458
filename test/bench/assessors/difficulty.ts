import { createRng, type Assessor } from "../../../src/core/index.ts";
import type { CurveSet } from "./curves.ts";
import { drawCurves, simulate } from "./simulate.ts";

/** How early experiments with curves of one set show their winner. */
export interface Difficulty {
  readonly set: string;
  /** Usual distance of a report from its neighbours' mean in the later half, over the median gap between the best and the
   *  fifth best end: near 1 means that the noise of the last report chooses among the leaders. */
  readonly noiseOverGap: number;
  /** Place of the winner, 1 the best, that 95 % of the experiments keep to, after these shares of the training. */
  readonly places: Readonly<Record<string, number>>;
  /** Per cent of the epochs that the best rule which knows places alone saves with a winner kept in 95 %: see `savedByPlaces`. */
  readonly savedAllAtOncePercent: number;
  readonly savedFourAtATimePercent: number;
  /** The same for whoever knows beforehand at what level each curve will end: see `savedKnowingEnds`. */
  readonly savedKnowingEndsPercent: number;
}

const shares = [0.2, 0.3, 0.5, 0.7, 0.9];
/** Reports whose median is a curve's level, as a share of a whole training. */
const windowShare = 0.1;
/** Share of a training before which Forecast judges nothing. */
const leastShare = 0.17;

export function difficulty(set: CurveSet, trials: number, experiments: number): Difficulty {
  const sign = set.mode === "maximize" ? 1 : -1;
  const gaps: number[] = [];
  const jitters: number[] = [];
  const places = shares.map((): number[] => []);
  const all: Experiment[] = [];
  for (let i = 0; i < experiments; i++) {
    const curves = drawCurves(set.curves, trials, i).map((curve) => curve.map((y) => sign * y));
    const experiment = { levels: curves.map(levelsOf), ends: curves.map((curve) => curve.at(-1)!) };
    all.push(experiment);
    const [winner] = winnersOf(experiment);
    const sorted = [...experiment.ends].sort((a, b) => b - a);
    gaps.push(sorted[0]! - sorted[Math.min(4, trials - 1)]!);
    for (const curve of curves)
      for (let t = curve.length >> 1; t + 1 < curve.length; t++)
        jitters.push(Math.abs(curve[t]! - (curve[t - 1]! + curve[t + 1]!) / 2));
    shares.forEach((share, k) => {
      const at = Math.max(1, Math.round(share * curves[0]!.length)) - 1;
      places[k]!.push(placeOf(experiment, winner!, at, trials));
    });
  }
  const kept = places.map((list) => list.sort((a, b) => a - b)[Math.ceil(0.95 * experiments) - 1]!);
  return {
    set: set.name,
    noiseOverGap: median(jitters) / median(gaps),
    places: Object.fromEntries(shares.map((share, k) => [String(share), kept[k]!])),
    savedAllAtOncePercent: savedByPlaces(all, trials),
    savedFourAtATimePercent: savedByPlaces(all, 4),
    savedKnowingEndsPercent: savedKnowingEnds(set, trials, Math.min(400, experiments)),
  };
}

/** Curves of one experiment, "larger is better". */
interface Experiment {
  /** levels[curve][report] */
  readonly levels: readonly (readonly number[])[];
  readonly ends: readonly number[];
}

/** Saved by the rule that stops whoever's chance to end best, given the report and the place there, is below a limit. It plays
 *  with marked cards: it knows the chances, counted over half of the experiments (and nine reports, against their noise), and
 *  gets the limit that saves most with a winner kept in 95 % of the other half. Curves start `atOnce` together; each is placed
 *  among its group and all earlier ones, as if none of those had been stopped.
 *  @returns per cent of the epochs */
function savedByPlaces(experiments: readonly Experiment[], atOnce: number): number {
  const trials = experiments[0]!.ends.length;
  const reports = experiments[0]!.levels[0]!.length;
  const seen = (curve: number): number =>
    Math.min(trials, (Math.floor(curve / atOnce) + 1) * atOnce);
  const played = experiments.map((experiment) => ({
    winners: winnersOf(experiment),
    places: experiment.levels.map((levels, curve) =>
      levels.map((_, at) => placeOf(experiment, curve, at, seen(curve))),
    ),
  }));
  const half = played.length >> 1;
  /** [seen][report][place]: how many were there, and how many of them won. */
  const table = (): number[][][] =>
    Array.from({ length: trials + 1 }, () =>
      Array.from({ length: reports }, () => new Array<number>(trials + 1).fill(0)),
    );
  const [there, won] = [table(), table()];
  for (const { winners, places } of played.slice(0, half))
    places.forEach((own, curve) =>
      own.forEach((place, at) => {
        there[seen(curve)]![at]![place]!++;
        if (winners.includes(curve)) won[seen(curve)]![at]![place]!++;
      }),
    );
  const chance = (curve: number, at: number, place: number): number => {
    let [cases, wins] = [0, 0];
    for (let t = Math.max(0, at - 4); t <= Math.min(reports - 1, at + 4); t++) {
      cases += there[seen(curve)]![t]![place]!;
      wins += won[seen(curve)]![t]![place]!;
    }
    return cases === 0 ? 0 : wins / cases;
  };
  /** The lowest chance of each curve up to each report. */
  const lowest = played.slice(half).map(({ winners, places }) => ({
    winners,
    chances: places.map((own, curve) => {
      let low = Infinity;
      return own.map((place, at) => (low = Math.min(low, chance(curve, at, place))));
    }),
  }));
  let most = 0;
  for (let limit = 0; limit < 0.15; limit += 0.0005) {
    let [kept, saved] = [0, 0];
    for (const { winners, chances } of lowest) {
      const left = chances.map((own) => own.filter((low) => low >= limit).length);
      // Stopped at a report, which was trained; the last one decides nothing.
      saved += left.reduce((sum, count) => sum + Math.max(0, reports - 1 - count), 0);
      if (winners.some((winner) => left[winner]! >= reports - 1)) kept++;
    }
    if (kept >= 0.95 * lowest.length) most = Math.max(most, saved / lowest.length);
  }
  return Math.round((1000 * most) / (trials * reports)) / 10;
}

/** Saved, four at a time, by the rule that knows the level at which each curve will end – not the noise of its last report –
 *  as soon as it has a share `leastShare` of its reports, and stops those further below the best one started than a limit:
 *  the smallest with which a winner is kept in 95 % of these very experiments. No forecast knows more of a curve.
 *  @returns per cent of the epochs */
function savedKnowingEnds(set: CurveSet, trials: number, experiments: number): number {
  const sign = set.mode === "maximize" ? 1 : -1;
  const drawn = Array.from({ length: experiments }, (_, i) => {
    const curves = drawCurves(set.curves, trials, i);
    return { curves, ends: curves.map((curve) => levelsOf(curve.map((y) => sign * y)).at(-1)!) };
  });
  const play = (limit: number): { readonly kept: number; readonly saved: number } => {
    let [kept, saved] = [0, 0];
    for (const { curves, ends } of drawn) {
      const first = leastShare * curves[0]!.length;
      const knowing: Assessor = {
        name: "knowing",
        assess: (trial, history) => {
          const best = Math.max(...history.map(({ number }) => ends[number]!));
          const stop = trial.intermediates.length >= first && ends[trial.number]! < best - limit;
          return { decision: stop ? "stop" : "continue", reason: "" };
        },
      };
      const result = simulate(curves, knowing, set.mode, 4, createRng("none"));
      kept += result.winnerKept ? 1 : 0;
      saved += result.saved;
    }
    return { kept: kept / experiments, saved: (100 * saved) / experiments };
  };
  /** How far below the best level each winner ends: what a limit must allow. */
  const limits = drawn
    .map(({ curves, ends }) => {
      const finals = curves.map((curve) => sign * curve.at(-1)!);
      return Math.max(...ends) - ends[finals.indexOf(Math.max(...finals))]!;
    })
    .sort((a, b) => a - b);
  let [low, high] = [0, limits.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (play(limits[middle]!).kept >= 0.95) high = middle;
    else low = middle + 1;
  }
  return Math.round(10 * play(limits[high]!).saved) / 10;
}

/** Whoever ends best; several may. */
function winnersOf({ ends }: Experiment): number[] {
  const best = Math.max(...ends);
  return ends.flatMap((end, curve) => (end === best ? [curve] : []));
}

/** Place of a curve among the first `count` after a report, 1 the best. */
function placeOf({ levels }: Experiment, curve: number, at: number, count: number): number {
  const own = levels[curve]![at]!;
  return 1 + levels.slice(0, count).filter((other) => other[at]! > own).length;
}

/** Median of the last reports at each report. */
function levelsOf(curve: readonly number[]): number[] {
  const window = Math.max(1, Math.round(windowShare * curve.length));
  return curve.map((_, at) => median(curve.slice(Math.max(0, at + 1 - window), at + 1)));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
