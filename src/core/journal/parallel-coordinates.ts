import { activeParameters, allSpecs } from "../search-space/configuration.ts";
import { gridValues } from "../search-space/enumerate.ts";
import { finish } from "../search-space/sample.ts";
import type { ParameterSpec, SearchSpace } from "../search-space/types.ts";
import { toUnit } from "../search-space/unit-cube.ts";
import { show } from "../search-space/problems.ts";
import type { Trial, TrialStatus } from "../trial.ts";

/** One parameter's axis. */
export interface ParallelAxis {
  /** Unique; `lr` or `layer[1:conv].kernel`. */
  readonly path: string;
  readonly kind: "category" | "linear" | "log";
  /** Position of each mark in [0, 1] and its text. */
  readonly marks: readonly { readonly position: number; readonly label: string }[];
}

/** One trial's line across the axes. */
export interface ParallelRow {
  readonly trial: number;
  readonly status: TrialStatus;
  /** Final metric, else the last reported one; null before the first report. */
  readonly metric: number | null;
  /** Per axis the position in [0, 1] and the value's text; null where the parameter takes no part. */
  readonly values: readonly ({ readonly position: number; readonly label: string } | null)[];
}

/** Axes and rows of the parallel-coordinates chart, for every trial whatever its status.
 *  Positions follow the prior's distribution function: log parameters are spread in the log, options evenly. */
export function parallelCoordinates(
  space: SearchSpace,
  trials: readonly Trial[],
): { readonly axes: readonly ParallelAxis[]; readonly rows: readonly ParallelRow[] } {
  const specs = allSpecs(space);
  const axes = specs.map((spec) => ({ path: spec.path, kind: kindOf(spec), marks: marksOf(spec) }));
  const rows = trials.map((trial) => {
    const active = new Map(
      activeParameters(space, trial.parameters).map(({ spec, value }) => [spec.path, value]),
    );
    const values = specs.map((spec) => {
      const value = active.get(spec.path);
      return value === undefined
        ? null
        : { position: toUnit(spec, value), label: labelOf(spec, value) };
    });
    const metric = trial.final ?? trial.intermediates.at(-1) ?? null;
    return { trial: trial.number, status: trial.status, metric, values };
  });
  return { axes, rows };
}

function kindOf(spec: ParameterSpec): ParallelAxis["kind"] {
  if (spec.type === "choice") return "category";
  return spec.type.includes("log") ? "log" : "linear";
}

/** Text of a parameter's value as trials receive it: integers exactly, other numbers with four significant digits. */
export function labelOf(spec: ParameterSpec, value: number): string {
  if (spec.type !== "choice")
    return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
  const option = spec.options[value];
  if (option === undefined) return String(value);
  if (option.kind === "nested") return option.name;
  return typeof option.value === "string" ? option.value : show(option.value);
}

function marksOf(spec: ParameterSpec): ParallelAxis["marks"] {
  const at = (value: number): ParallelAxis["marks"][number] => ({
    position: toUnit(spec, value),
    label: labelOf(spec, value),
  });
  if (spec.type === "choice") return spec.options.map((_, index) => at(index));
  const grid = gridValues(spec);
  if (grid !== null && grid.length <= 12)
    return Array.from({ length: grid.length }, (_, i) => at(grid.at(i)));
  /** Rounded as a trial gets them; what becomes the same value is marked once. */
  const spread = (...values: number[]): ParallelAxis["marks"] =>
    [...new Set(values.map((value) => finish(spec, value)))].map(at);
  switch (spec.type) {
    case "randint":
      return spread(spec.low, spec.high - 1);
    case "uniform":
    case "quniform":
      return spread(spec.low, (spec.low + spec.high) / 2, spec.high);
    case "loguniform":
    case "qloguniform":
      return spread(spec.low, Math.sqrt(spec.low * spec.high), spec.high);
    case "normal":
    case "qnormal":
      return spread(...[-2, 0, 2].map((z) => spec.mu + z * spec.sigma));
    case "lognormal":
    case "qlognormal":
      return spread(...[-2, 0, 2].map((z) => Math.exp(spec.mu + z * spec.sigma)));
    default:
      return spec satisfies never;
  }
}
