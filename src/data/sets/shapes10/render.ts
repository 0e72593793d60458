import type { Rng } from "../../../core/math/rng.ts";
import { outlines, polygon, shapeClasses, type Outline } from "./outlines.ts";

const side = 32;
const plane = side * side;

type Colour = readonly [number, number, number];

/** Draws one image of class `label` as three planes of 32x32 bytes.
 *  The same stream gives the same bytes everywhere: integers, and of floating point only + - * / on doubles. */
export function renderShape(label: number, rng: Rng, pixels: Uint8Array): void {
  const canvas = new Float64Array(3 * plane);
  const [from, to] = [ground(rng), ground(rng)];
  const background = mix(from, to, 0.5);
  fillGradient(canvas, from, background, direction(rng));
  for (let count = rng.int(3); count > 0; count--) drawClutter(canvas, rng);

  const radius = 8 + 5 * rng.next();
  const margin = radius * 0.9;
  const place = {
    x: margin + (side - 2 * margin) * rng.next(),
    y: margin + (side - 2 * margin) * rng.next(),
    radius,
    // A little wider or higher than drawn.
    stretch: 0.85 + 0.3 * rng.next(),
    turn: tilt(rng),
  };
  draw(canvas, outlines[shapeClasses[label]!], place, contrasting(background, rng));
  for (let count = rng.int(3); count > 0; count--) drawSpeck(canvas, rng);
  addNoise(canvas, 4 + rng.int(12), rng, pixels);
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly stretch: number;
  readonly turn: readonly [cosine: number, sine: number];
}

/** The angle 2 atan(t) as a point on the unit circle: no sine, whose last bits differ between machines. */
const unitVector = (t: number): readonly [number, number] => [
  (1 - t * t) / (1 + t * t),
  (2 * t) / (1 + t * t),
];

/** Up to 37 degrees to either side. */
const tilt = (rng: Rng): readonly [number, number] => unitVector((2 * rng.next() - 1) / 3);

/** Any angle. */
function direction(rng: Rng): readonly [number, number] {
  const [x, y] = unitVector(rng.next());
  const quadrant = rng.int(4);
  if (quadrant === 0) return [x, y];
  if (quadrant === 1) return [-y, x];
  return quadrant === 2 ? [-x, -y] : [y, -x];
}

const colour = (rng: Rng): Colour => [rng.int(256), rng.int(256), rng.int(256)];

/** Not so light or dark that nothing could stand out from it. */
const ground = (rng: Rng): Colour => [24 + rng.int(144), 24 + rng.int(144), 24 + rng.int(144)];

const mix = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];

const luminance = ([r, g, b]: Colour): number => 0.3 * r + 0.6 * g + 0.1 * b;

/** A colour that a person can tell from `other`: on a dark one always lighter, else darker once in six images. */
function contrasting(other: Colour, rng: Rng): Colour {
  const base = luminance(other);
  const darker = rng.int(6) === 0 && base > 90;
  for (;;) {
    const candidate = colour(rng);
    const [r, g, b] = [candidate[0] - other[0], candidate[1] - other[1], candidate[2] - other[2]];
    const difference = luminance(candidate) - base;
    if (r * r + g * g + b * b > 110 * 110 && (darker ? difference < -50 : difference > 50))
      return candidate;
  }
}

function fillGradient(
  canvas: Float64Array,
  from: Colour,
  to: Colour,
  [dx, dy]: readonly [number, number],
): void {
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const along = ((x - 15.5) * dx + (y - 15.5) * dy) / 44 + 0.5;
      const at = y * side + x;
      canvas[at] = from[0] + (to[0] - from[0]) * along;
      canvas[plane + at] = from[1] + (to[1] - from[1]) * along;
      canvas[2 * plane + at] = from[2] + (to[2] - from[2]) * along;
    }
}

/** Blends `ink` in by the share of four sample points of each pixel that lie in the outline. */
function draw(canvas: Float64Array, outline: Outline, place: Place, ink: Colour): void {
  const { x: centreX, y: centreY, radius, stretch } = place;
  const [cosine, sine] = place.turn;
  const { contains } = outline;
  // One more pixel for the sample points; a stretched outline reaches farther.
  const reach = (radius * outline.extent) / Math.min(stretch, 1 / stretch) + 1;
  const [left, right] = [Math.max(0, Math.floor(centreX - reach)), Math.min(side, centreX + reach)];
  const [top, bottom] = [Math.max(0, Math.floor(centreY - reach)), Math.min(side, centreY + reach)];
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const offX = x + 0.5 - centreX;
      const offY = y + 0.5 - centreY;
      if (offX * offX + offY * offY > reach * reach) continue;
      let hits = 0;
      for (let sample = 0; sample < 4; sample++) {
        const dx = (offX + (sample & 1 ? 0.25 : -0.25)) / radius;
        const dy = (offY + (sample & 2 ? 0.25 : -0.25)) / radius;
        if (contains((dx * cosine + dy * sine) * stretch, (dy * cosine - dx * sine) / stretch))
          hits++;
      }
      if (hits === 0) continue;
      for (let c = 0, at = y * side + x; c < 3; c++, at += plane)
        canvas[at] = canvas[at]! + ((ink[c]! - canvas[at]!) * hits) / 4;
    }
}

const line = polygon(-1, -0.07, 1, -0.07, 1, 0.07, -1, 0.07);

/** A thin line behind the shape, in any colour. */
function drawClutter(canvas: Float64Array, rng: Rng): void {
  const place = {
    x: side * rng.next(),
    y: side * rng.next(),
    radius: 7 + 8 * rng.next(),
    stretch: 1,
    turn: direction(rng),
  };
  draw(canvas, line, place, colour(rng));
}

/** A small dot in front of the shape. */
function drawSpeck(canvas: Float64Array, rng: Rng): void {
  const place = {
    x: side * rng.next(),
    y: side * rng.next(),
    radius: 1 + 1.2 * rng.next(),
    stretch: 1,
    turn: [1, 0] as const,
  };
  draw(canvas, outlines.disc, place, colour(rng));
}

/** Adds noise in -amplitude..amplitude (two uniform bytes summed) and rounds to bytes. */
function addNoise(canvas: Float64Array, amplitude: number, rng: Rng, pixels: Uint8Array): void {
  let bits = 0;
  for (let i = 0; i < canvas.length; i++) {
    bits = i % 2 === 0 ? rng.uint32() : bits >>> 16;
    const noise = (((bits & 0xff) + ((bits >>> 8) & 0xff) - 0xff) * amplitude) / 0xff;
    const value = Math.floor(canvas[i]! + noise + 0.5);
    pixels[i] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
}
