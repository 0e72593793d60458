import type { ParallelAxis } from "../../../core/journal/index.ts";

/** Room around what is drawn, for marks and names; in pixels. */
export interface Margin {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** A chart's drawing in pixels: its whole size, and where the inside of its margins lies. */
export interface Plot extends Margin {
  readonly width: number;
  readonly height: number;
}

export type Anchor = "start" | "middle" | "end";

/** A mark of an axis.
 *  @prop at pixels along it; @prop anchor which end of the text stands there, the middle unless said otherwise */
export interface Tick {
  readonly at: number;
  readonly text: string;
  readonly anchor?: Anchor;
}

/** The inside of a drawing of that size: `right` and `bottom` are positions, not widths. */
export function plotOf(width: number, height: number, margin: Margin): Plot {
  const { top, left } = margin;
  return { width, height, top, left, right: width - margin.right, bottom: height - margin.bottom };
}

/** Marks at round values of a scale. */
export function scaleTicks(
  scale: ((value: number) => number) & { ticks(count: number): number[] },
  count: number,
  print: (value: number) => string,
): readonly Tick[] {
  return scale.ticks(count).map((value) => ({ at: scale(value), text: print(value) }));
}

/** The marks of a parameter's axis; those near its ends stay inside it. `fit` shortens what has too little room. */
export function markTicks(
  marks: ParallelAxis["marks"],
  at: (position: number) => number,
  fit: (label: string) => string = (label) => label,
): readonly Tick[] {
  return marks.map(({ position, label }) => ({
    at: at(position),
    text: fit(label),
    anchor: position < 0.1 ? "start" : position > 0.9 ? "end" : "middle",
  }));
}

/** At most that many characters, with an ellipsis for what is left out. */
export const shortened = (label: string, most: number): string =>
  label.length > most ? `${label.slice(0, Math.max(1, most - 1))}…` : label;

/** A path through points, straight from one to the next; empty for none. */
export const pathThrough = (points: readonly (readonly [x: number, y: number])[]): string =>
  points.length === 0 ? "" : `M${points.map(([x, y]) => `${x} ${y}`).join("L")}`;

/** The outline of the band between two lines over the same places, each from left to right. */
export function bandBetween(
  upper: readonly (readonly [x: number, y: number])[],
  lower: readonly (readonly [x: number, y: number])[],
): string {
  return upper.length === 0 ? "" : `${pathThrough([...upper, ...[...lower].reverse()])}Z`;
}
