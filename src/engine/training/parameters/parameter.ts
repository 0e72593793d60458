import type { JsonValue } from "../../../core/json.ts";
import type { ParameterDomain } from "../../parameter-domain.ts";

/** Values of a trial by key, flat and checked; names as they were written. */
export type ParameterValues = Readonly<Record<string, JsonValue>>;

/** The only values of another parameter, its selector, with which a parameter has an effect. */
export interface Ownership {
  readonly selector: string;
  readonly owners: readonly string[];
}

type Named<N> = Extract<ParameterDomain, { kind: "name" }> & { readonly names: readonly N[] };

/** What a domain's values are once names are spelled as it spells them. */
export type ValueOf<D extends ParameterDomain> =
  D extends Named<infer N> ? N | (D extends { readonly flags: true } ? boolean : never) : number;

interface ParameterSource<D extends ParameterDomain> {
  /** In search spaces. */
  readonly key: string;
  readonly domain: D;
  /** What a trial gets that does not say, nor its data set. */
  readonly default: ValueOf<D>;
  /** Where it does nothing, a trial gets the default. */
  readonly ownership?: Ownership;
  /** True where the form has a field for it as long as the search space does not choose it; it takes integers then. */
  readonly inForm?: boolean;
}

/** A search-space key that training reads itself, whatever the network and the optimizer. */
export interface TrainingParameter<
  D extends ParameterDomain = ParameterDomain,
  T = unknown,
> extends ParameterSource<D> {
  /** The value as a trial takes it, JSON-safe.
   *  @param values of the whole trial, complete
   *  @param usual what trials get that say nothing */
  read(value: ValueOf<D>, values: ParameterValues, usual: ParameterValues): T;
}

/** A parameter for `trainingParameters`.
 *
 *      labelSmoothing: defineParameter({
 *        key: "label_smoothing",
 *        domain: { kind: "number", min: 0, max: 1, maxExcluded: true },
 *        default: 0,
 *      }),
 *
 *  @param read where a trial takes another thing than the value itself */
export function defineParameter<const D extends ParameterDomain>(
  source: ParameterSource<D>,
): TrainingParameter<D, ValueOf<D>>;
export function defineParameter<const D extends ParameterDomain, T>(
  source: ParameterSource<D>,
  read: TrainingParameter<D, T>["read"],
): TrainingParameter<D, T>;
export function defineParameter(
  source: ParameterSource<ParameterDomain>,
  read: TrainingParameter["read"] = (value) => value,
): TrainingParameter {
  return { ...source, read };
}
