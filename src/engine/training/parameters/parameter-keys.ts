import { findNetwork, networkKeys, networkNames } from "../../networks/index.ts";
import type { ParameterDomain } from "../../parameter-domain.ts";
import { optimizerNames, optimizerParameters, ownersOf } from "../optimizer-config.ts";
import type { Ownership, ParameterValues } from "./parameter.ts";
import { trainingParameters } from "./training-parameters.ts";

/** A search-space key that trials understand. */
export interface KnownParameter {
  readonly domain: ParameterDomain;
  /** Null where every trial reads it. */
  readonly ownership: Ownership | null;
  /** What every trial gets that does not say; null where that is its optimizer's. */
  readonly default: number | string | boolean | null;
  /** True where the form has a field for it. */
  readonly inForm: boolean;
}

/** Every key a trial understands: training's own, the optimizers' and the networks'.
 *  @throws RangeError when a network was registered with a key that is not free */
export function knownParameters(): Readonly<Record<string, KnownParameter>> {
  const own = Object.values(trainingParameters).map(
    ({ key, domain, default: usual, ownership = null, inForm = false }) =>
      [key, { domain, ownership, default: usual, inForm }] as const,
  );
  const ofOptimizers = typedKeys(optimizerParameters).map((key) => {
    const { domain } = optimizerParameters[key];
    const ownership = owned("optimizer", ownersOf(key), optimizerNames);
    return [key, { domain, ownership, default: null, inForm: false }] as const;
  });
  const taken = new Set([...own, ...ofOptimizers].map(([key]) => key));
  const names = networkNames();
  const ofNetworks = Object.entries(networkKeys()).map(([key, domain]) => {
    if (taken.has(key)) throw new RangeError(`${key} is no network's: training reads it`);
    const owners = names.filter((name) => key in findNetwork(name).parameters);
    const { default: usual, inForm = false } = findNetwork(owners[0]!).parameters[key]!;
    return [
      key,
      { domain, ownership: owned("model", owners, names), default: usual, inForm },
    ] as const;
  });
  return Object.fromEntries<KnownParameter>([...own, ...ofOptimizers, ...ofNetworks]);
}

const owned = (
  selector: string,
  owners: readonly string[],
  all: readonly string[],
): Ownership | null => (owners.length === all.length ? null : { selector, owners });

const typedKeys = <K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] =>
  Object.keys(record) as K[];

/** What trials get for training's own keys that say nothing. */
export const trainingDefaults: ParameterValues = Object.fromEntries(
  Object.values(trainingParameters).map(({ key, default: usual }) => [key, usual]),
);
