import {
  defaultNetworkName,
  findNetwork,
  networkKeys,
  networkNames,
  refusedNetworks,
} from "../networks/index.ts";
import type { ParameterDomain } from "../parameter-domain.ts";
import { optimizerKeys, optimizerNames, readsKey } from "./optimizer-config.ts";
import { scheduleNames } from "./schedule.ts";

export const augmentNames = ["none", "crop", "flip", "crop-flip", "crop-flip-cutout"] as const;

/** What training itself reads, whatever the network and the optimizer. */
const trainingKeys = {
  lr: { kind: "number", min: 0, minExcluded: true, max: 1000 },
  optimizer: { kind: "name", names: optimizerNames },
  epochs: { kind: "integer", min: 1, max: 10_000 },
  batch_size: { kind: "integer", min: 1, max: 4096 },
  lr_schedule: { kind: "name", names: scheduleNames },
  label_smoothing: { kind: "number", min: 0, max: 1, maxExcluded: true },
  augment: { kind: "name", names: augmentNames, flags: true },
} as const satisfies Readonly<Record<string, ParameterDomain>>;

/** What trials get that do not say; networks and optimizers have their own. */
export const trainingDefaults = {
  lr: 0.1,
  optimizer: "SGD",
  epochs: 10,
  batch_size: 128,
  model: defaultNetworkName,
  lr_schedule: "constant",
  label_smoothing: 0,
  augment: "crop-flip",
} as const;

/** Every key a trial understands: training's own, `model`, the optimizers' and the networks'.
 *  @throws RangeError when a network was registered with a key that is not free */
export function parameterKeys(): Readonly<Record<string, ParameterDomain>> {
  const model: ParameterDomain = { kind: "name", names: networkNames(), refused: refusedNetworks };
  const [own, networks] = [{ ...trainingKeys, model, ...optimizerKeys }, networkKeys()];
  const taken = Object.keys(networks).find((key) => Object.hasOwn(own, key));
  if (taken !== undefined) throw new RangeError(`${taken} is no network's: training reads it`);
  return { ...own, ...networks };
}

/** A key that decides who else reads something. */
export type Selector = "model" | "optimizer";

/** The only values of a selector with which a key has an effect. */
export interface Ownership {
  readonly selector: Selector;
  readonly owners: readonly string[];
}

/** Who reads a key; null where every trial does. */
export function ownershipOf(key: string): Ownership | null {
  if (Object.hasOwn(optimizerKeys, key)) {
    const owners = optimizerNames.filter((name) => readsKey(name, key));
    return owners.length === optimizerNames.length ? null : { selector: "optimizer", owners };
  }
  if (!Object.hasOwn(networkKeys(), key)) return null;
  const names = networkNames();
  const owners = names.filter((name) => key in findNetwork(name).parameters);
  return owners.length === names.length ? null : { selector: "model", owners };
}
