import type { Graph, ImageShape } from "../model/graph.ts";
import { findName, type ParameterDomain } from "../parameter-domain.ts";
import type { Network } from "./network.ts";
import * as table from "./table.ts";

export { defineNetwork, ownParameters, type Network, type NetworkParameter } from "./network.ts";
export { refusedNetworks } from "./refused.ts";

/** A network with its parameters, complete. JSON-safe. */
export interface NetworkChoice {
  readonly name: string;
  readonly parameters: Readonly<Record<string, number | string>>;
}

/** What a trial trains that names no network. */
export const defaultNetworkName = table.resnet18.name;

/** What a device's speed is measured with: the smallest network of the family that most trials are of. */
export const yardstick = (width: number): NetworkChoice => ({
  name: table.resnet10.name,
  parameters: { width },
});

const registered = new Map<string, Network>();

/** What `model` may be. */
export const networkNames = (): readonly string[] => [...registered.keys()];

/** Adds a network to those under `model`. @throws RangeError when the name is taken, or a key's domain differs from another's */
export function registerNetwork(network: Network): void {
  if (findName(networkNames(), network.name))
    throw new RangeError(`${network.name} is registered already`);
  const known = networkKeys();
  for (const [key, { domain }] of Object.entries(network.parameters))
    if (known[key] && JSON.stringify(known[key]) !== JSON.stringify(domain))
      throw new RangeError(`${network.name}: another network takes other values for ${key}`);
  registered.set(network.name, network);
}
Object.values(table).forEach((network) => registerNetwork(network as Network));

/** @throws RangeError for a name that is none of `networkNames` */
export function findNetwork(name: string): Network {
  const network = registered.get(name);
  if (!network) throw new RangeError(`There is no network named ${name}.`);
  return network;
}

/** Keys that networks own, with what they take. */
export function networkKeys(): Readonly<Record<string, ParameterDomain>> {
  const keys: Record<string, ParameterDomain> = {};
  for (const { parameters } of registered.values())
    for (const [key, { domain }] of Object.entries(parameters)) keys[key] ??= domain;
  return keys;
}

/** @throws RangeError for a name that is none of `networkNames` */
export function buildNetwork(
  { name, parameters }: NetworkChoice,
  shape: ImageShape & { readonly classes: readonly string[] },
): Graph {
  const { height, width, channels, classes } = shape;
  return findNetwork(name).build(parameters, { height, width, channels }, classes.length);
}

/** Networks of equal keys have the same shapes, weights and work. */
export function costKey({ name, parameters }: NetworkChoice): string {
  const own = findNetwork(name).parameters;
  return JSON.stringify([
    name,
    Object.entries(parameters).filter(([key]) => own[key]?.costs !== false),
  ]);
}
