import type { DensityAxis, DensityRatio, FactOf } from "../../facts/index.ts";
import type { JsonValue } from "../../json.ts";
import type { ParameterSpec } from "../../search-space/index.ts";
import { valueAt, type Axes } from "./axes.ts";
import type { Draw } from "./draw.ts";

/** One value considered for a parameter, with its log densities in the good and the bad group. */
export interface Candidate {
  readonly value: number;
  readonly logL: number;
  readonly logG: number;
}

/** A whole configuration considered, with its joint log densities. */
export interface ScoredDraw extends Draw {
  readonly logL: number;
  readonly logG: number;
}

/** Candidates kept in the provenance; the journal carries it for every trial. */
const kept = 6;

/** Four significant digits are enough to draw and keep the journal small. */
export function rounded(x: number): number {
  return Number.isFinite(x) ? Number(x.toPrecision(4)) : x > 0 ? 1e308 : -1e308;
}

/** What a person reads for a parameter's number: the option, its name, or the number, integers exactly. */
function shown(spec: ParameterSpec, value: number): JsonValue {
  if (spec.type !== "choice") return Number.isSafeInteger(value) ? value : rounded(value);
  const option = spec.options[value];
  return option === undefined ? value : option.kind === "nested" ? option.name : option.value;
}

interface LogDensities {
  readonly logL: number;
  readonly logG: number;
}
const density = ({ logL, logG }: LogDensities): DensityRatio => ({
  l: rounded(Math.exp(logL)),
  g: rounded(Math.exp(logG)),
  ratio: rounded(Math.exp(logL - logG)),
});

/** The best candidates of one parameter, the chosen one first. */
export function describeCandidates(
  spec: ParameterSpec,
  candidates: readonly Candidate[],
  chosen: Candidate,
): DensityAxis {
  const ratio = (c: Candidate): number => (c === chosen ? Infinity : c.logL - c.logG);
  const order = [...candidates].sort((x, y) => ratio(y) - ratio(x));
  const distinct = order.filter((c, i) => order.findIndex((o) => o.value === c.value) === i);
  return {
    path: spec.path,
    chosen: shown(spec, chosen.value),
    candidates: distinct
      .slice(0, kept)
      .map((c) => ({ value: shown(spec, c.value), ...density(c) })),
  };
}

/** The best configurations considered: jointly, and per parameter by the marginal densities.
 *  @param candidates best first */
export function describeJoint(
  axes: Axes,
  candidates: readonly ScoredDraw[],
  logL: (row: Float64Array) => number,
  logG: (row: Float64Array) => number,
): readonly FactOf<"density">[] {
  const best = candidates.slice(0, kept);
  const parameters: DensityAxis[] = [];
  for (const axis of axes.list) {
    const list = best
      .filter(({ row }) => !Number.isNaN(row[axis.index]!))
      .map(({ row }): Candidate => {
        // a row with one coordinate leaves the marginal of that axis
        const alone = new Float64Array(row.length).fill(NaN);
        alone[axis.index] = row[axis.index]!;
        const value = valueAt(axis, row[axis.index]!);
        return { value, logL: logL(alone), logG: logG(alone) };
      });
    const first = list[0];
    // the chosen configuration may lie in another branch
    if (first === undefined || Number.isNaN(best[0]!.row[axis.index]!)) continue;
    parameters.push(describeCandidates(axis.spec, list, first));
  }
  const together = { considered: candidates.length, best: best.map(density) };
  return parameters.length === 0 ? [] : [{ kind: "density", parameters, together }];
}
