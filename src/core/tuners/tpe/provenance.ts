import type { JsonObject } from "../../json.ts";

/** One value considered for a parameter, with its log densities in the good and the bad group. */
export interface Candidate {
  readonly value: number;
  readonly logL: number;
  readonly logG: number;
}

/** Candidates kept in the provenance; the journal carries it for every trial. */
const kept = 8;

/** Four significant digits are enough to draw and keep the journal small. */
export function rounded(x: number): number {
  return Number.isFinite(x) ? Number(x.toPrecision(4)) : x > 0 ? 1e308 : -1e308;
}

/** The best candidates of one parameter as JSON: `l`, `g` and their ratio, to which expected improvement is proportional. */
export function describeCandidates(
  candidates: readonly Candidate[],
  chosen: Candidate,
  good: number,
  bad: number,
): JsonObject {
  const order = [...candidates].sort((x, y) => y.logL - y.logG - (x.logL - x.logG));
  const distinct = order.filter((c, i) => order.findIndex((o) => o.value === c.value) === i);
  return {
    good,
    bad,
    chosen: chosen.value,
    considered: candidates.length,
    candidates: distinct.slice(0, kept).map((c) => ({
      value: c.value,
      l: rounded(Math.exp(c.logL)),
      g: rounded(Math.exp(c.logG)),
      ei: rounded(Math.exp(c.logL - c.logG)),
    })),
  };
}
