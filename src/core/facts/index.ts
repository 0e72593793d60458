import type { AssessorFacts } from "./assessors.ts";
import type { TunerFacts } from "./tuners.ts";

export type { AssessorFacts } from "./assessors.ts";
export type * from "./tuners.ts";

type AllFacts = TunerFacts & AssessorFacts;
type OneOf<Kind extends keyof AllFacts> = {
  readonly [K in Kind]: { readonly kind: K } & AllFacts[K];
}[Kind];

export type FactKind = keyof AllFacts;

/** Everything that algorithms say of their decisions: data that is stored, and shown in any language. JSON-safe; in a
 *  list of them the most important comes first.
 *  To say something new, add a kind: an older build leaves out kinds that it does not know, but refuses a known one whose
 *  fields are not those it expects. */
export type Fact = OneOf<FactKind>;
/** The facts of some kinds. */
export type FactOf<Kind extends FactKind> = OneOf<Kind>;
/** What an assessor says. */
export type AssessorFact = OneOf<keyof AssessorFacts>;

/** Words for some kinds of facts. */
export type FactWords<Kind extends FactKind> = {
  readonly [K in Kind]: (fact: FactOf<K>) => string;
};

/** A fact in the words of some language. */
export function inWords<Kind extends FactKind>(words: FactWords<Kind>, fact: FactOf<Kind>): string {
  // `words` has for every kind a function of that kind, which TypeScript cannot follow through the lookup.
  return (words[fact.kind] as (fact: FactOf<Kind>) => string)(fact);
}

/** Those whose numbers are all finite: a model's figures overflow for metrics beyond 1e150, and JSON has no infinity. */
export function finiteFacts<F extends Fact>(facts: readonly F[]): readonly F[] {
  return facts.filter(isFinite);
}

function isFinite(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value !== "object" || value === null || Object.values(value).every(isFinite);
}
