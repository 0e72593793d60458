/** The ten classes as outlines in about a unit circle around the origin, y pointing down. Inside tests use only + - * / and
 *  comparisons, which give the same bits on every machine. */

export const shapeClasses = [
  "disc",
  "square",
  "triangle",
  "star",
  "ring",
  "cross",
  "crescent",
  "bar",
  "chevron",
  "hourglass",
] as const;

/** One of `shapeClasses`. */
export type ShapeClass = (typeof shapeClasses)[number];

/** A shape around the origin. */
export interface Outline {
  /** True when the point lies in the shape. */
  readonly contains: (x: number, y: number) => boolean;
  /** Nothing of it is farther from the origin. */
  readonly extent: number;
}

const inCircle = (x: number, y: number, centreX: number, radius: number): boolean =>
  (x - centreX) * (x - centreX) + y * y <= radius * radius;

/** Even-odd rule over a closed polygon given as x0, y0, x1, y1, … */
export function polygon(...corners: readonly number[]): Outline {
  const points = Float64Array.from(corners);
  let extent = 0;
  for (let i = 0; i < points.length; i += 2)
    extent = Math.max(extent, Math.sqrt(points[i]! * points[i]! + points[i + 1]! * points[i + 1]!));
  const contains = (x: number, y: number): boolean => {
    let inside = false;
    let bx = points[points.length - 2]!;
    let by = points[points.length - 1]!;
    for (let i = 0; i < points.length; i += 2) {
      const ax = points[i]!;
      const ay = points[i + 1]!;
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
      bx = ax;
      by = ay;
    }
    return inside;
  };
  return { contains, extent };
}

/** By class. */
export const outlines: { readonly [Shape in ShapeClass]: Outline } = {
  disc: { contains: (x, y) => inCircle(x, y, 0, 0.9), extent: 0.9 },
  square: polygon(-0.75, -0.75, 0.75, -0.75, 0.75, 0.75, -0.75, 0.75),
  triangle: polygon(0, -1, 0.87, 0.6, -0.87, 0.6),
  // Five points of radius 1, five of radius 0.42, every 36 degrees.
  star: polygon(
    ...[0, -1, 0.247, -0.34, 0.951, -0.309, 0.399, 0.13, 0.588, 0.809],
    ...[0, 0.42, -0.588, 0.809, -0.399, 0.13, -0.951, -0.309, -0.247, -0.34],
  ),
  ring: {
    contains: (x, y) => inCircle(x, y, 0, 0.95) && !inCircle(x, y, 0, 0.52),
    extent: 0.95,
  },
  cross: polygon(
    ...[-0.28, -0.95, 0.28, -0.95, 0.28, -0.28, 0.95, -0.28, 0.95, 0.28, 0.28, 0.28],
    ...[0.28, 0.95, -0.28, 0.95, -0.28, 0.28, -0.95, 0.28, -0.95, -0.28, -0.28, -0.28],
  ),
  crescent: {
    contains: (x, y) => inCircle(x, y, 0, 0.95) && !inCircle(x, y, 0.5, 0.75),
    extent: 0.95,
  },
  bar: polygon(-1, -0.26, 1, -0.26, 1, 0.26, -1, 0.26),
  chevron: polygon(-0.9, 0.35, 0, -0.75, 0.9, 0.35, 0.9, 0.95, 0, -0.1, -0.9, 0.95),
  hourglass: polygon(-0.75, -0.9, 0.75, -0.9, 0.1, 0, 0.75, 0.9, -0.75, 0.9, -0.1, 0),
};
