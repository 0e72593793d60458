import type { Rng } from "../../math/rng.ts";
import type { Axes } from "./axes.ts";
import type { Draw } from "./draw.ts";

/** Draws to choose from; more make the design more even and the choice less random. */
const draws = 32;

/** Start-up point: of 32 draws from the prior the one that lies farthest from earlier trials in every projection.
 *  A greedy low-discrepancy design (kernel of the wrap-around L2 discrepancy) that needs no memory and takes
 *  whatever the history holds into account: imported, failed and running trials, other branches.
 *  @returns null when no draw was admissible */
export function spreadOut(
  axes: Axes,
  earlier: readonly Float64Array[],
  draw: (rng: Rng) => Draw | null,
  rng: Rng,
): Draw | null {
  let best: Draw | null = null;
  let least = Infinity;
  for (let i = 0; i < draws; i++) {
    const candidate = draw(rng);
    if (candidate === null) continue;
    const score = crowding(axes, candidate.row, earlier);
    if (score < least) [best, least] = [candidate, score];
  }
  return best;
}

/** Σ over earlier rows of Π over shared axes of (3/2 - t (1 - t)), t the distance in prior probability. */
function crowding(axes: Axes, row: Float64Array, earlier: readonly Float64Array[]): number {
  let total = 0;
  for (const other of earlier) {
    let product = 1;
    for (const axis of axes.list) {
      const x = row[axis.index]!;
      const y = other[axis.index]!;
      if (Number.isNaN(x) || Number.isNaN(y)) continue;
      if (axis.kind === "categorical") product *= x === y ? 1.5 : 1.25;
      else {
        const t = Math.abs(share(axis.bounded, x) - share(axis.bounded, y));
        product *= 1.5 - t * (1 - t);
      }
    }
    total += product;
  }
  return total;
}

/** Prior probability below a coordinate; for normal priors a logistic stand-in, as only evenness matters here. */
function share(bounded: boolean, x: number): number {
  return bounded ? x : 1 / (1 + Math.exp(-1.702 * Math.sqrt(12) * x));
}
