import type { JsonValue } from "../json.ts";

/** Plain parameter values as NNI gives them to a trial; a nested choice is an object with `_name`. */
export type Parameters = Readonly<Record<string, JsonValue>>;

/** Which NNI release is followed where releases differ (v1 configs read as 2.1, v2 configs as 3.0). */
export type NniReading = "2.1" | "3.0";

/** A parsed and validated search space; the order of `parameters` is the order of the JSON. */
export interface SearchSpace {
  readonly parameters: readonly ParameterSpec[];
  readonly constraints: readonly Constraint[];
  /** Configurations to try first (key `_initial`), in this order; each is complete and lies in the space. */
  readonly initial: readonly Parameters[];
  readonly reading: NniReading;
}

/** `path` is unique within a space and readable in messages, e.g. `lr` or `layer[1:conv].kernel`. */
interface SpecBase {
  readonly name: string;
  readonly path: string;
}

/** One of some options. */
export interface ChoiceSpec extends SpecBase {
  readonly type: "choice";
  readonly options: readonly ChoiceOption[];
}
/** `value` is what the trial receives for a plain option; a nested one lists its own parameters. */
export type ChoiceOption =
  | { readonly kind: "value"; readonly value: JsonValue }
  | {
      readonly kind: "nested";
      readonly name: string;
      readonly parameters: readonly ParameterSpec[];
    };
/** Integers in [low, high): `high` is exclusive, as in NNI. */
export interface RandintSpec extends SpecBase {
  readonly type: "randint";
  readonly low: number;
  readonly high: number;
}
/** Reals in [low, high]; the log form is uniform in the logarithm. */
export interface UniformSpec extends SpecBase {
  readonly type: "uniform" | "loguniform";
  readonly low: number;
  readonly high: number;
}
/** The same in multiples of `q`, cut to the bounds. */
export interface QuantizedUniformSpec extends SpecBase {
  readonly type: "quniform" | "qloguniform";
  readonly low: number;
  readonly high: number;
  readonly q: number;
}
/** For the log forms `mu` and `sigma` are those of the logarithm. */
export interface NormalSpec extends SpecBase {
  readonly type: "normal" | "lognormal";
  readonly mu: number;
  readonly sigma: number;
}
/** The same in multiples of `q`. */
export interface QuantizedNormalSpec extends SpecBase {
  readonly type: "qnormal" | "qlognormal";
  readonly mu: number;
  readonly sigma: number;
  readonly q: number;
}
/** Every type but choice. */
export type NumericSpec = Exclude<ParameterSpec, ChoiceSpec>;
/** Discriminated by NNI's `_type`. */
export type ParameterSpec =
  ChoiceSpec | RandintSpec | UniformSpec | QuantizedUniformSpec | NormalSpec | QuantizedNormalSpec;

/** Declarative relation between two top-level parameters or a parameter and a number, e.g. `"lr_min" < "lr"`. */
export interface Constraint {
  readonly left: string | number;
  readonly operator: "<" | "<=" | ">" | ">=" | "!=";
  readonly right: string | number;
}
