/** The ten classes as outlines in a unit circle around the origin, y pointing down. Inside tests use only + - * / and
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

export type ShapeClass = (typeof shapeClasses)[number];

/** True when the point lies in the shape. */
export type Outline = (x: number, y: number) => boolean;

const inCircle = (x: number, y: number, centreX: number, radius: number): boolean =>
  (x - centreX) * (x - centreX) + y * y <= radius * radius;

/** Even-odd rule over a closed polygon given as x0, y0, x1, y1, … */
function polygon(...corners: readonly number[]): Outline {
  const points = Float64Array.from(corners);
  return (x, y) => {
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
}

export const outlines: { readonly [Shape in ShapeClass]: Outline } = {
  disc: (x, y) => inCircle(x, y, 0, 0.9),
  square: polygon(-0.75, -0.75, 0.75, -0.75, 0.75, 0.75, -0.75, 0.75),
  triangle: polygon(0, -1, 0.87, 0.6, -0.87, 0.6),
  // Five points of radius 1, five of radius 0.42, every 36 degrees.
  star: polygon(
    ...[0, -1, 0.247, -0.34, 0.951, -0.309, 0.399, 0.13, 0.588, 0.809],
    ...[0, 0.42, -0.588, 0.809, -0.399, 0.13, -0.951, -0.309, -0.247, -0.34],
  ),
  ring: (x, y) => inCircle(x, y, 0, 0.95) && !inCircle(x, y, 0, 0.52),
  cross: polygon(
    ...[-0.28, -0.95, 0.28, -0.95, 0.28, -0.28, 0.95, -0.28, 0.95, 0.28, 0.28, 0.28],
    ...[0.28, 0.95, -0.28, 0.95, -0.28, 0.28, -0.95, 0.28, -0.95, -0.28, -0.28, -0.28],
  ),
  crescent: (x, y) => inCircle(x, y, 0, 0.95) && !inCircle(x, y, 0.5, 0.75),
  bar: polygon(-1, -0.26, 1, -0.26, 1, 0.26, -1, 0.26),
  chevron: polygon(-0.9, 0.35, 0, -0.75, 0.9, 0.35, 0.9, 0.95, 0, -0.1, -0.9, 0.95),
  hourglass: polygon(-0.75, -0.9, 0.75, -0.9, 0.1, 0, 0.75, 0.9, -0.75, 0.9, -0.1, 0),
};
