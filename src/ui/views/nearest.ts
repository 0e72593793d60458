import type { TrialState } from "../../core/journal/state.ts";
import type { CurvePoint } from "./curves.ts";

/** Where epochs and values stand on screen, in pixels. */
export interface ScreenScales {
  readonly x: (epoch: number) => number;
  readonly y: (value: number) => number;
}

/** The trial whose line passes closest to a point on screen, within `reach` pixels; null if none does. */
export function nearestCurve(
  curves: readonly { readonly trial: TrialState; readonly points: readonly CurvePoint[] }[],
  at: { readonly x: number; readonly y: number },
  scales: ScreenScales,
  reach: number,
): number | null {
  let [nearest, distance]: [number | null, number] = [null, reach];
  for (const { trial, points } of curves) {
    const d = distanceTo(points, at, scales);
    if (d < distance) [nearest, distance] = [trial.number, d];
  }
  return nearest;
}

function distanceTo(
  points: readonly CurvePoint[],
  at: { readonly x: number; readonly y: number },
  { x, y }: ScreenScales,
): number {
  let least = Infinity;
  for (const [index, point] of points.entries()) {
    const [x1, y1] = [x(point.epoch), y(point.value)];
    const before = points[Math.max(0, index - 1)]!;
    const [x0, y0] = [x(before.epoch), y(before.value)];
    const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    const along = length === 0 ? 0 : ((at.x - x0) * (x1 - x0) + (at.y - y0) * (y1 - y0)) / length;
    const share = Math.min(1, Math.max(0, along));
    least = Math.min(
      least,
      Math.hypot(at.x - x0 - share * (x1 - x0), at.y - y0 - share * (y1 - y0)),
    );
  }
  return least;
}
