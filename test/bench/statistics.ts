import { createRng } from "../../src/core/math/rng.ts";

/** Quantile with linear interpolation, as NumPy's default.
 *  @param p in [0, 1] */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((x, y) => x - y);
  const at = p * (sorted.length - 1);
  const low = sorted[Math.floor(at)]!;
  return low + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - low);
}

/** Median regrets by function name. */
export type Medians = ReadonlyMap<string, number>;

/** Geometric mean over the functions both have of median regret relative to random's; below 1 beats random.
 *  `many_dists` has a logarithmic value: |z| = exp(regret / 2) is compared. Floor 1e-9. */
export function relativeRegret(own: Medians, random: Medians): number {
  const logs: number[] = [];
  for (const [name, regret] of own) {
    const reference = random.get(name);
    if (reference === undefined) continue;
    logs.push(
      name === "many_dists"
        ? (regret - reference) / 2
        : Math.log(Math.max(regret, 1e-9) / Math.max(reference, 1e-9)),
    );
  }
  return Math.exp(logs.reduce((sum, x) => sum + x, 0) / logs.length);
}

/** Percentile bootstrap (95 %) of `relativeRegret`: seeds are drawn again with replacement, per function. */
export function bootstrapInterval(
  regrets: ReadonlyMap<string, readonly number[]>,
  random: Medians,
  repeats = 1000,
): [number, number] {
  const rng = createRng("bootstrap");
  const results = Array.from({ length: repeats }, () => {
    const medians = new Map<string, number>();
    for (const [name, values] of regrets) {
      const drawn = values.map(() => values[rng.int(values.length)]!);
      medians.set(name, quantile(drawn, 0.5));
    }
    return relativeRegret(medians, random);
  });
  return [quantile(results, 0.025), quantile(results, 0.975)];
}
