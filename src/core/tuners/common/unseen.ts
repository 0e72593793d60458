import { AppError } from "../../errors.ts";
import type { Rng } from "../../math/rng.ts";
import {
  countConfigurations,
  effectiveKey,
  enumerationSteps,
  sampleParameters,
  type ParameterSpec,
  type Parameters,
  type SearchSpace,
} from "../../search-space/index.ts";
import type { Trial } from "../../trial.ts";
import { word } from "../../words/index.ts";

/** Steps of an enumeration, constraints included, to find what is left; in larger spaces a random draw finds it. */
const enumerationLimit = 200_000;
const randomDraws = 64;

/** The effective configurations a history holds, whatever became of them; empty where repeats cannot be expected,
 *  because every configuration has a continuous parameter. */
export function seenConfigurations(space: SearchSpace, history: readonly Trial[]): Set<string> {
  if (space.parameters.some(isContinuous)) return new Set();
  return new Set(history.map((trial) => keyOf(space, trial.parameters)));
}

/** Every configuration of a small finite space that the history lacks, in grid order.
 *  @returns null when the space is infinite or too large to enumerate
 *  @throws AppError "search-space-exhausted" when nothing is left */
function unseenConfigurations(space: SearchSpace, seen: ReadonlySet<string>): Parameters[] | null {
  const total = countConfigurations({ ...space, constraints: [] });
  if (total === Infinity || (space.constraints.length === 0 && total > enumerationLimit))
    return null;
  const left: Parameters[] = [];
  let steps = 0;
  for (const parameters of enumerationSteps(space)) {
    if (++steps > enumerationLimit) return null;
    if (parameters !== null && !seen.has(effectiveKey(space, parameters))) left.push(parameters);
  }
  if (left.length === 0) throw exhausted(seen.size);
  return left;
}

/** Keeps a proposal that is new; replaces a repeat by a random configuration that is new.
 *  Infinite spaces may repeat when even random draws do.
 *  @throws AppError "search-space-exhausted" when a finite space has nothing left */
export function replaceRepeat(
  space: SearchSpace,
  seen: ReadonlySet<string>,
  proposal: Parameters,
  rng: Rng,
): { readonly parameters: Parameters; readonly replaced: boolean } {
  if (!seen.has(effectiveKey(space, proposal))) return { parameters: proposal, replaced: false };
  const unseen = drawUnseen(space, seen, rng);
  return unseen
    ? { parameters: unseen, replaced: true }
    : { parameters: proposal, replaced: false };
}

/** A random configuration that the history lacks, from the prior; null when an infinite space keeps repeating.
 *  @throws AppError "search-space-exhausted" when a finite space has nothing left */
export function drawUnseen(
  space: SearchSpace,
  seen: ReadonlySet<string>,
  rng: Rng,
): Parameters | null {
  for (let i = 0; i < randomDraws; i++) {
    const parameters = sampleParameters(space, rng);
    if (!seen.has(effectiveKey(space, parameters))) return parameters;
  }
  const left = unseenConfigurations(space, seen);
  return left === null ? null : left[rng.int(left.length)]!;
}

/** The error that ends a finite space. */
export function exhausted(tried: number): AppError {
  return new AppError("search-space-exhausted", word("all-tried", { tried }), { tried });
}

function isContinuous(spec: ParameterSpec): boolean {
  return spec.type !== "choice" && spec.type !== "randint" && !("q" in spec);
}

/** A pure function's memory, not state: parameters objects of a history never change. */
const remembered = new WeakMap<SearchSpace, WeakMap<Parameters, string>>();

function keyOf(space: SearchSpace, parameters: Parameters): string {
  let memory = remembered.get(space);
  if (memory === undefined) remembered.set(space, (memory = new WeakMap()));
  let key = memory.get(parameters);
  if (key === undefined) memory.set(parameters, (key = effectiveKey(space, parameters)));
  return key;
}
