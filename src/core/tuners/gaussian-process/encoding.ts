import type { Rng } from "../../math/rng.ts";
import {
  activeParameters,
  buildParameters,
  fromUnit,
  gridValues,
  satisfiesConstraints,
  toUnit,
  type ParameterSpec,
  type Parameters,
  type SearchSpace,
} from "../../search-space/index.ts";

/** One column of the model's input. */
export interface Feature {
  readonly spec: ParameterSpec;
  readonly kind: "continuous" | "ordinal" | "categorical";
  /** What a discrete feature can be, ascending: unit positions, or option indices of a categorical one. */
  readonly levels: Float64Array;
  /** The choice and the option that switch this feature on; null when it is always on. */
  readonly parent: { readonly feature: number; readonly option: number } | null;
}

/** Longest list of levels that is enumerated; a longer grid is searched as a continuum and rounded. */
const mostLevels = 64;
const inactiveNumber = 0.5;
const inactiveCategory = -1;

/** Turns configurations into points and back. A *latent* point has a value for every feature; its *canonical* form
 *  puts a constant where a feature is switched off, so that branches differ by their choice alone. */
export class Encoding {
  readonly features: readonly Feature[];
  readonly categorical: readonly boolean[];
  /** For every choice feature: option index by level, where the two differ (numeric options sorted). */
  private readonly optionOrder: (readonly number[] | null)[] = [];
  private readonly indexOf = new Map<ParameterSpec, number>();

  constructor(private readonly space: SearchSpace) {
    const features: Feature[] = [];
    const visit = (specs: readonly ParameterSpec[], parent: Feature["parent"]): void => {
      for (const spec of specs) {
        const index = features.length;
        this.indexOf.set(spec, index);
        const { kind, levels, order } = describe(spec);
        this.optionOrder.push(order);
        features.push({ spec, kind, levels, parent });
        if (spec.type !== "choice") continue;
        spec.options.forEach((option, i) => {
          if (option.kind === "nested") visit(option.parameters, { feature: index, option: i });
        });
      }
    };
    visit(space.parameters, null);
    this.features = features;
    this.categorical = features.map((feature) => feature.kind === "categorical");
  }

  get dims(): number {
    return this.features.length;
  }

  /** Latent point of a configuration; features that it lacks get the neutral value.
   *  @returns null when no part of it belongs to the space */
  encode(parameters: Parameters): Float64Array | null {
    const active = activeParameters(this.space, parameters);
    if (active.length === 0) return null;
    const x = new Float64Array(this.dims);
    this.features.forEach((feature, k) => {
      x[k] = feature.kind === "categorical" ? 0 : inactiveNumber;
    });
    for (const { spec, value } of active) {
      const k = this.indexOf.get(spec)!;
      const order = this.optionOrder[k];
      if (order) x[k] = this.features[k]!.levels[order.indexOf(value)]!;
      else x[k] = spec.type === "choice" ? value : toUnit(spec, value);
    }
    return x;
  }

  /** The option index that a latent value of a choice stands for. */
  private option(k: number, value: number): number {
    const order = this.optionOrder[k];
    return order ? order[nearest(this.features[k]!.levels, value)]! : value;
  }

  decode(x: Float64Array): Parameters {
    return buildParameters(this.space, (spec) => {
      const k = this.indexOf.get(spec)!;
      return spec.type === "choice" ? this.option(k, x[k]!) : fromUnit(spec, x[k]!);
    });
  }

  isActive(x: Float64Array, k: number): boolean {
    const parent = this.features[k]!.parent;
    if (parent === null) return true;
    return (
      this.isActive(x, parent.feature) &&
      this.option(parent.feature, x[parent.feature]!) === parent.option
    );
  }

  /** Writes the canonical form of a latent point. */
  canonical(x: Float64Array, out: Float64Array): Float64Array {
    for (let k = 0; k < this.dims; k++) {
      const feature = this.features[k]!;
      if (feature.parent === null || this.isActive(x, k)) out[k] = x[k]!;
      else out[k] = feature.kind === "categorical" ? inactiveCategory : inactiveNumber;
    }
    return out;
  }

  /** True when the configuration obeys the space's constraints. */
  isAllowed(x: Float64Array): boolean {
    const { constraints } = this.space;
    return constraints.length === 0 || satisfiesConstraints(constraints, this.decode(x));
  }

  /** A latent point from the prior, constraints not considered. */
  sample(rng: Rng): Float64Array {
    const x = new Float64Array(this.dims);
    this.features.forEach(({ levels }, k) => {
      x[k] = levels.length > 0 ? levels[rng.int(levels.length)]! : rng.next();
    });
    return x;
  }
}

/** Index of the level closest to a value. */
export function nearest(levels: Float64Array, value: number): number {
  let best = 0;
  for (let i = 1; i < levels.length; i++)
    if (Math.abs(levels[i]! - value) < Math.abs(levels[best]! - value)) best = i;
  return best;
}

function describe(spec: ParameterSpec): {
  kind: Feature["kind"];
  levels: Float64Array;
  order: readonly number[] | null;
} {
  if (spec.type !== "choice") {
    const grid = gridValues(spec);
    if (grid === null || grid.length > mostLevels)
      return { kind: "continuous", levels: new Float64Array(0), order: null };
    const levels = Float64Array.from({ length: grid.length }, (_, i) => toUnit(spec, grid.at(i)));
    return { kind: "ordinal", levels, order: null };
  }
  const count = spec.options.length;
  const numbers = spec.options.map((o) =>
    o.kind === "value" && typeof o.value === "number" ? o.value : NaN,
  );
  // Options that are all different numbers have an order the model can use, e.g. batch sizes.
  if (count >= 3 && numbers.every(Number.isFinite) && new Set(numbers).size === count) {
    const order = numbers.map((_, i) => i).sort((a, b) => numbers[a]! - numbers[b]!);
    return { kind: "ordinal", levels: Float64Array.from(order, (_, i) => i / (count - 1)), order };
  }
  return { kind: "categorical", levels: Float64Array.from(numbers, (_, i) => i), order: null };
}
