import { isJsonObject, type JsonObject } from "../json.ts";
import type { OptimizeMode } from "../tuners/contract/tuner.ts";
import type { Trial } from "../trial.ts";
import { activeParameters } from "./configuration.ts";
import { clip, quantize } from "./rounding.ts";
import { serializeSearchSpace } from "./serialize.ts";
import type {
  ChoiceOption,
  ChoiceSpec,
  NniReading,
  NumericSpec,
  ParameterSpec,
  SearchSpace,
} from "./types.ts";

/** A margin on either side of what the best trials used, as a share of the old range. */
const margin = 0.05;

/** A new NNI search space around the best trials: bounds shrink to theirs with a margin of 5 % of the old range (at least
 *  one step of integers and grids) and never leave the old ones, options that none of them used go, normal priors move to
 *  their mean and spread. What they say nothing about stays.
 *  @param fraction share of the succeeded trials that count as best, in (0, 1]; at least one trial
 *  @throws RangeError without a succeeded trial or for a fraction out of range */
export function zoomSearchSpace(
  space: SearchSpace,
  trials: readonly Trial[],
  fraction: number,
  mode: OptimizeMode,
): JsonObject {
  if (!(fraction > 0 && fraction <= 1))
    throw new RangeError(`fraction: expected a number in (0, 1], got ${fraction}`);
  const sign = mode === "maximize" ? -1 : 1;
  const finished = trials
    .filter((trial) => trial.status === "SUCCEEDED" && Number.isFinite(trial.final))
    .sort((x, y) => sign * (x.final! - y.final!));
  if (finished.length === 0)
    throw new RangeError("zoomSearchSpace: expected at least one succeeded trial, got none");
  const best = finished.slice(0, Math.max(1, Math.ceil(fraction * finished.length)));
  const used = new Map<string, number[]>();
  for (const trial of best)
    for (const { spec, value } of activeParameters(space, trial.parameters)) {
      const list = used.get(spec.path);
      if (list === undefined) used.set(spec.path, [value]);
      else list.push(value);
    }
  const parameters = space.parameters.map((spec) => zoomSpec(spec, used, space.reading));
  return serializeSearchSpace({ ...space, parameters, initial: [] });
}

function zoomSpec(
  spec: ParameterSpec,
  used: ReadonlyMap<string, readonly number[]>,
  reading: NniReading,
): ParameterSpec {
  const values = used.get(spec.path);
  if (values === undefined) return spec;
  if (spec.type !== "choice") return zoomNumeric(spec, values);
  const keep = new Set(values);
  const plain = reading === "3.0" ? keptOpaque(spec, keep) : null;
  if (plain !== null) keep.add(plain);
  const options = spec.options.flatMap((option, index): ChoiceOption[] => {
    if (!keep.has(index)) return [];
    if (option.kind === "value") return [option];
    const parameters = option.parameters.map((inner) => zoomSpec(inner, used, reading));
    return [{ ...option, parameters }];
  });
  return { ...spec, options };
}

/** NNI 3.0 takes a choice for nested when all its options have `_name`: of one that was not, an option without a name has
 *  to stay. Its index, null where none is needed. */
function keptOpaque({ options }: ChoiceSpec, keep: ReadonlySet<number>): number | null {
  const isNamed = (option: ChoiceOption): boolean =>
    option.kind === "nested" || (isJsonObject(option.value) && "_name" in option.value);
  const plain = options.findIndex((option) => !isNamed(option));
  return plain >= 0 && options.every((option, i) => !keep.has(i) || isNamed(option)) ? plain : null;
}

function zoomNumeric(spec: NumericSpec, values: readonly number[]): NumericSpec {
  // A person's trial may lie outside the space; its nearest legal value stands for it.
  const legal = values.map((value) => ("low" in spec ? clip(value, spec.low, spec.high) : value));
  const [least, most] = [Math.min(...legal), Math.max(...legal)];
  switch (spec.type) {
    case "randint": {
      const room = Math.max(1, Math.round(margin * (spec.high - spec.low)));
      return {
        ...spec,
        low: Math.max(spec.low, Math.floor(Math.min(least, spec.high - 1)) - room),
        high: Math.min(spec.high, Math.ceil(most) + 1 + room),
      };
    }
    case "uniform": {
      const room = margin * (spec.high - spec.low);
      return {
        ...spec,
        low: Math.max(spec.low, roundDown(least - room, room / 5)),
        high: Math.min(spec.high, roundUp(most + room, room / 5)),
      };
    }
    case "loguniform": {
      const factor = (spec.high / spec.low) ** margin;
      return {
        ...spec,
        low: Math.max(spec.low, roundDown(least / factor, least / 100)),
        high: Math.min(spec.high, roundUp(most * factor, most / 100)),
      };
    }
    case "quniform": {
      const room = spec.q * Math.max(1, Math.round((margin * (spec.high - spec.low)) / spec.q));
      return {
        ...spec,
        low: Math.max(spec.low, onGrid(least - room, spec.q)),
        high: Math.min(spec.high, onGrid(most + room, spec.q)),
      };
    }
    case "qloguniform": {
      const factor = (spec.high / spec.low) ** margin;
      return {
        ...spec,
        low: Math.max(spec.low, onGrid(Math.min(least / factor, least - spec.q), spec.q)),
        high: Math.min(spec.high, onGrid(Math.max(most * factor, most + spec.q), spec.q)),
      };
    }
    case "normal":
    case "qnormal":
      return { ...spec, ...moments(values, spec.sigma) };
    case "lognormal":
    case "qlognormal": {
      const positive = values.filter((value) => value > 0).map(Math.log);
      return positive.length === 0 ? spec : { ...spec, ...moments(positive, spec.sigma) };
    }
    default:
      return spec satisfies never;
  }
}

/** The nearest grid point, 0.3 rather than 0.30000000000000004. */
const onGrid = (value: number, q: number): number => Number(quantize(value, q).toPrecision(15));

/** Bounds for people to read: outward, to the power of ten at or below `step` > 0. */
const roundDown = (value: number, step: number): number => roundTo(value, step, Math.floor);
const roundUp = (value: number, step: number): number => roundTo(value, step, Math.ceil);

function roundTo(value: number, step: number, round: (value: number) => number): number {
  const scale = 10 ** -Math.floor(Math.log10(step));
  // Fifteen digits turn 0.07000000000000001 into 0.07.
  return Number.isFinite(scale) ? Number((round(value * scale) / scale).toPrecision(15)) : value;
}

/** Mean and spread, never narrower than a tenth of the old spread nor wider than it. */
function moments(values: readonly number[], sigma: number): { mu: number; sigma: number } {
  const mu = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mu) ** 2, 0) / values.length;
  return { mu, sigma: Math.min(sigma, Math.max(sigma / 10, Math.sqrt(variance))) };
}
