import type { CurveSet } from "./curves.ts";
import { drawCurves } from "./simulate.ts";

/** How early experiments with curves of one set show their winner. */
export interface Difficulty {
  readonly set: string;
  /** Usual distance of a report from its neighbours' mean in the later half, over the median gap between the best and the
   *  fifth best end: near 1 means that the noise of the last report chooses among the leaders. */
  readonly noiseOverGap: number;
  /** Place of the winner, 1 the best, that 95 % of the experiments keep to, after these shares of the training. */
  readonly places: Readonly<Record<string, number>>;
  /** Per cent of the epochs that stopping whoever is behind these places saves. More than a rule that knows places alone can
   *  save with the winner kept in 95 %, since each of the shares uses up the 5 % by itself. */
  readonly savedByPlacePercent: number;
}

const shares = [0.2, 0.3, 0.5, 0.7, 0.9];
/** Reports whose median is a curve's level, as a share of a whole training: as Forecast has it. */
const windowShare = 0.05;

export function difficulty(set: CurveSet, trials: number, experiments: number): Difficulty {
  const sign = set.mode === "maximize" ? 1 : -1;
  const gaps: number[] = [];
  const jitters: number[] = [];
  const places = shares.map((): number[] => []);
  for (let i = 0; i < experiments; i++) {
    const curves = drawCurves(set.curves, trials, i).map((curve) => curve.map((y) => sign * y));
    const length = curves[0]!.length;
    const ends = curves.map((curve) => curve.at(-1)!);
    const winner = ends.indexOf(Math.max(...ends));
    const sorted = [...ends].sort((a, b) => b - a);
    gaps.push(sorted[0]! - sorted[Math.min(4, trials - 1)]!);
    for (const curve of curves)
      for (let t = length >> 1; t + 1 < length; t++)
        jitters.push(Math.abs(curve[t]! - (curve[t - 1]! + curve[t + 1]!) / 2));
    shares.forEach((share, k) => {
      const at = Math.max(1, Math.round(share * length));
      const levels = curves.map((curve) =>
        median(curve.slice(Math.max(0, at - Math.max(1, Math.round(windowShare * length))), at)),
      );
      places[k]!.push(1 + levels.filter((level) => level > levels[winner]!).length);
    });
  }
  const kept = places.map((list) => list.sort((a, b) => a - b)[Math.ceil(0.95 * experiments) - 1]!);
  let [running, saved] = [trials, 0];
  kept.forEach((place, k) => {
    const left = Math.min(running, place);
    saved += (running - left) * (1 - shares[k]!);
    running = left;
  });
  return {
    set: set.name,
    noiseOverGap: median(jitters) / median(gaps),
    places: Object.fromEntries(shares.map((share, k) => [String(share), kept[k]!])),
    savedByPlacePercent: Math.round((1000 * saved) / trials) / 10,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
