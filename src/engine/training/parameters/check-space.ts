import { AppError } from "../../../core/errors.ts";
import type { JsonValue } from "../../../core/json.ts";
import type { Parameters, ParameterSpec, SearchSpace } from "../../../core/search-space/types.ts";
import {
  expectation,
  findName,
  rejectValue,
  type ParameterDomain,
} from "../../parameter-domain.ts";
import {
  flattenNested,
  invalidParameter,
  invalidValue,
  isOwned,
  refuseNamed,
  resolveHyperparameters,
  trialValues,
  unknownKey,
  type ParameterSettings,
} from "./hyperparameters.ts";
import { knownParameters } from "./parameter-keys.ts";
import type { Ownership } from "./parameter.ts";
import { inEnglish, word, type Word } from "../../../core/words/index.ts";

/** Something about a space that does not stop the experiment. */
export interface SpaceNote {
  /** Message key: `key-inert` (by setting), `key-overridden` (by setting), `key-sometimes-inert`. */
  readonly code: "key-inert" | "key-overridden" | "key-sometimes-inert";
  readonly path: string;
  /** In English; `words` says it in any language. */
  readonly message: string;
  readonly words: Word;
}

/** What is known besides the space about how its trials will train. */
export interface SpaceContext {
  /** Images left to train on after the split; a larger batch could never be filled. */
  readonly trainingImages?: number;
  /** The tuner that says itself how many epochs each trial trains. */
  readonly budgetsBy?: string | null;
}

/** Holds a search space against what training can do with it, before the first trial.
 *  @returns notes on keys without effect by setting or in some configurations
 *  @throws AppError "parameter-invalid" for unknown keys, keys without effect in every configuration and values the network
 *  cannot take, of every parameter a line; the path of the first is in the details */
export function checkSpaceForTraining(
  space: SearchSpace,
  settings: ParameterSettings,
  { trainingImages = Infinity, budgetsBy = null }: SpaceContext = {},
): readonly SpaceNote[] {
  const { batchSize } = resolveHyperparameters({}, settings);
  const overridden = Object.keys(flattenNested(settings.overrides));
  const searched = space.parameters.some(({ name }) => name === "batch_size");
  if (!searched || overridden.includes("batch_size"))
    checkBatchSize("batch_size", batchSize, trainingImages);
  refuseRepeats(space.parameters);
  const known = knownParameters();
  const notes: SpaceNote[] = [];
  const visit = (spec: ParameterSpec, possible: Possible): void => {
    const { name, path } = spec;
    const note = (code: SpaceNote["code"], said: Word): void =>
      void notes.push(spaceNote(code, path, said));
    if (settings.inertKeys.includes(name))
      return note("key-inert", word("searched-inert", { path }));
    const found = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!found) throw unknownKey(path, name);
    if (name === "epochs" && budgetsBy !== null)
      throw invalidParameter(word("epochs-by-tuner", { path, tuner: budgetsBy }));
    const isFixed = overridden.includes(name);
    if (isFixed) note("key-overridden", word("searched-fixed", { path, key: name }));
    else {
      checkDomain(spec, found.domain);
      if (name === "batch_size") checkBatchSize(path, largestOf(spec), trainingImages);
      checkEffect(spec, possible, note);
    }
    for (const option of spec.type === "choice" ? spec.options : [])
      if (option.kind === "nested")
        for (const inner of option.parameters)
          visit(
            inner,
            Object.hasOwn(possible, name) && !isFixed
              ? { ...possible, [name]: [option.name] }
              : possible,
          );
  };
  const everywhere = possibleIn(space, settings);
  for (const place of ["defaults", "overrides"] as const)
    for (const key of Object.keys(flattenNested(settings[place])))
      notes.push(...noteIdle(key, `${place}.${key}`, everywhere));
  const refusals = space.parameters.flatMap((spec) => refusalOf(() => visit(spec, everywhere)));
  const [first, ...others] = refusals;
  if (!first) return notes;
  if (others.length === 0) throw first;
  throw new AppError(
    first.code,
    word("lines", { lines: refusals.map((refusal) => refusal.word) }),
    {
      ...first.details,
      refusals: refusals.length,
    },
  );
}

function refusalOf(act: () => void): readonly AppError[] {
  try {
    act();
    return [];
  } catch (error) {
    if (error instanceof AppError) return [error];
    throw error;
  }
}

/** Holds configurations that are given whole against what training can do with them. A key that one's network or optimizer does
 *  not own does nothing there.
 *  @throws AppError "parameter-invalid" for the first one that cannot train */
export function checkConfigurations(
  configurations: readonly Parameters[],
  settings: ParameterSettings,
  trainingImages: number,
): void {
  for (const parameters of configurations) {
    const { batchSize } = resolveHyperparameters(parameters, settings);
    checkBatchSize("batch_size", batchSize, trainingImages);
  }
}

/** Holds the configurations of an experiment that tries just these against what training can do with them.
 *  @throws AppError "parameter-invalid" like `checkConfigurations`, and for a key that does nothing in any of them */
export function checkListed(
  configurations: readonly Parameters[],
  settings: ParameterSettings,
  trainingImages: number,
): void {
  checkConfigurations(configurations, settings, trainingImages);
  const idle = new Map<string, Set<string>>();
  const used = new Set(settings.inertKeys);
  for (const parameters of configurations) {
    const values = trialValues(parameters, settings);
    for (const key of Object.keys(flattenNested(parameters))) {
      const ownership = ownershipOf(key);
      if (!ownership || isOwned(ownership, values)) used.add(key);
      else
        idle.set(key, (idle.get(key) ?? new Set<string>()).add(String(values[ownership.selector])));
    }
  }
  for (const [key, names] of idle) if (!used.has(key)) throw withoutEffect(key, key, [...names]);
}

function checkBatchSize(path: string, batchSize: number, trainingImages: number): void {
  if (batchSize > trainingImages)
    throw invalidParameter(
      word("unfilled-batch", { path, batch: batchSize, images: trainingImages }),
    );
}

function largestOf(spec: ParameterSpec): number {
  const values =
    spec.type === "choice"
      ? spec.options.map((option) => (option.kind === "value" ? Number(option.value) : 0))
      : boundsOf(spec);
  return Math.max(...values);
}

/** One configuration may not give a key twice: nested keys count like those beside them, and one value would be lost. */
function refuseRepeats(specs: readonly ParameterSpec[], outer: readonly string[] = []): void {
  const seen = new Set(outer);
  for (const spec of specs) {
    const reach = allSpecs([spec]);
    for (const { name, path } of reach)
      if (seen.has(name)) throw invalidParameter(word("searched-twice", { path, key: name }));
    for (const { name } of reach) seen.add(name);
    for (const option of spec.type === "choice" ? spec.options : [])
      if (option.kind === "nested") refuseRepeats(option.parameters, [...outer, spec.name]);
  }
}

/** What each selector may be in some configuration. */
type Possible = Readonly<Record<string, readonly string[]>>;

const ownershipOf = (key: string): Ownership | null => knownParameters()[key]?.ownership ?? null;

/** A key must have an effect in some configuration, and is named where it has none in others. */
function checkEffect(
  { name, path }: ParameterSpec,
  possible: Possible,
  note: (code: SpaceNote["code"], said: Word) => void,
): void {
  const ownership = ownershipOf(name);
  if (!ownership) return;
  const { selector, owners } = ownership;
  const chosen = possible[selector]!;
  const others = chosen.filter((value) => !owners.includes(value));
  if (others.length === chosen.length) throw withoutEffect(path, name, others);
  if (others.length > 0)
    note("key-sometimes-inert", word("inert-when", { path, selector, values: others }));
}

/** A setting that does nothing in any configuration stops nothing: it may have been right before the space was changed. */
function noteIdle(key: string, path: string, possible: Possible): readonly SpaceNote[] {
  const ownership = ownershipOf(key);
  if (!ownership) return [];
  const { selector, owners } = ownership;
  const chosen = possible[selector]!;
  if (chosen.some((value) => owners.includes(value))) return [];
  const said = word("inert-when", { path, selector, values: chosen });
  return [spaceNote("key-sometimes-inert", path, said)];
}

const spaceNote = (code: SpaceNote["code"], path: string, words: Word): SpaceNote => ({
  ...{ code, path, words },
  message: inEnglish(words),
});

/** @param values of its selector, with none of which the key does anything */
function withoutEffect(path: string, key: string, values: readonly string[]): AppError {
  const { selector, owners } = ownershipOf(key)!;
  return invalidParameter(word("without-effect", { path, key, values, selector, owners }));
}

/** What every selector is in some configuration of the space. */
function possibleIn(space: SearchSpace, settings: ParameterSettings): Possible {
  const usual = trialValues({}, settings);
  const overrides = flattenNested(settings.overrides);
  const known = knownParameters();
  const of = (selector: string): readonly string[] => {
    const otherwise = String(usual[selector]);
    if (selector in overrides || settings.inertKeys.includes(selector)) return [otherwise];
    const { domain } = known[selector]!;
    const specs = allSpecs(space.parameters).filter(({ name }) => name === selector);
    const options = specs.flatMap((spec) => (spec.type === "choice" ? spec.options : []));
    // What is no name of one is told elsewhere.
    const names = options.flatMap((option) => {
      const name = option.kind === "nested" ? option.name : String(option.value);
      return (domain.kind === "name" && findName(domain.names, name)) || [];
    });
    // Searched in some branches only, the others train with the usual one.
    const always = space.parameters.some(({ name }) => name === selector);
    return [...new Set(always ? names : [...names, otherwise])];
  };
  const selectors = Object.values(known).flatMap(({ ownership }) => ownership?.selector ?? []);
  return Object.fromEntries(selectors.map((selector) => [selector, of(selector)]));
}

/** Parameters with those of nested options. */
function allSpecs(specs: readonly ParameterSpec[]): readonly ParameterSpec[] {
  return specs.flatMap((spec) => [
    spec,
    ...(spec.type === "choice" ? spec.options : []).flatMap((option) =>
      option.kind === "nested" ? allSpecs(option.parameters) : [],
    ),
  ]);
}

function checkDomain(spec: ParameterSpec, domain: ParameterDomain): void {
  const demand = (value: JsonValue): void => {
    refuseNamed(domain, value, spec.path);
    const expected = rejectValue(domain, value);
    if (!expected) return;
    const place = { path: spec.path, value: JSON.stringify(value) };
    throw invalidValue(word("value-in-space", { ...place, expected }), expected);
  };
  if (spec.type === "choice") {
    for (const option of spec.options)
      demand(option.kind === "nested" ? option.name : option.value);
    return;
  }
  if (domain.kind === "name")
    throw invalidParameter(
      word("takes-names", { path: spec.path, key: spec.name, expected: expectation(domain) }),
    );
  const whole = spec.type === "randint" || wholeSteps(spec);
  if (domain.kind === "integer" && !whole)
    throw invalidParameter(
      word("takes-integers", { path: spec.path, key: spec.name, type: spec.type }),
    );
  for (const bound of boundsOf(spec)) if (!isOpenEnd(domain, spec, bound)) demand(bound);
}

/** A continuous distribution may end where its key's values do, excluded or not: it hardly ever gives that one value. */
function isOpenEnd(domain: ParameterDomain, spec: ParameterSpec, bound: number): boolean {
  const continuous = spec.type !== "choice" && spec.type !== "randint" && !("q" in spec);
  return continuous && domain.kind === "number" && (bound === domain.min || bound === domain.max);
}

/** True when every value of the distribution is an integer. */
function wholeSteps(spec: ParameterSpec): boolean {
  if (!("q" in spec) || !Number.isInteger(spec.q)) return false;
  return !("low" in spec) || (Number.isInteger(spec.low) && Number.isInteger(spec.high));
}

/** Smallest and largest value; unbounded distributions count up to four standard deviations. */
function boundsOf(spec: Exclude<ParameterSpec, { type: "choice" }>): readonly number[] {
  if (spec.type === "randint") return [spec.low, spec.high - 1];
  if ("low" in spec) return [spec.low, spec.high];
  const ends = [spec.mu - 4 * spec.sigma, spec.mu + 4 * spec.sigma];
  const values = spec.type.endsWith("lognormal") ? ends.map(Math.exp) : ends;
  return "q" in spec ? values.map((value) => Math.round(value / spec.q) * spec.q) : values;
}
