import type { JsonValue } from "../core/json.ts";
import { word, type Word } from "../core/words/index.ts";

/** What values a search-space key takes. */
export type ParameterDomain =
  | { readonly kind: "integer"; readonly min: number; readonly max: number }
  | {
      readonly kind: "number";
      readonly min: number;
      readonly max: number;
      readonly minExcluded?: boolean;
      readonly maxExcluded?: boolean;
    }
  | {
      readonly kind: "name";
      readonly names: readonly string[];
      readonly flags?: boolean;
      /** Names that people write and that cannot be had, with the reason. */
      readonly refused?: Readonly<Record<string, Word>>;
    };

/** What a key takes instead of a value; null when the key takes it. */
export function rejectValue(domain: ParameterDomain, value: JsonValue): Word | null {
  switch (domain.kind) {
    case "integer":
      return Number.isInteger(value) && inRange(domain, value as number)
        ? null
        : expectation(domain);
    case "number":
      return typeof value === "number" && inRange(domain, value) ? null : expectation(domain);
    case "name":
      if (domain.flags && typeof value === "boolean") return null;
      return typeof value === "string" && findName(domain.names, value)
        ? null
        : expectation(domain);
    default:
      return domain satisfies never;
  }
}

/** Why a name that people write cannot be had; null for all others. */
export function reasonAgainst(domain: ParameterDomain, value: JsonValue): Word | null {
  if (domain.kind !== "name" || typeof value !== "string" || !domain.refused) return null;
  const name = findName(Object.keys(domain.refused), value);
  return name === undefined ? null : domain.refused[name]!;
}

/** What a key takes. */
export function expectation(domain: ParameterDomain): Word {
  if (domain.kind === "name")
    return word("one-of", {
      names: [...domain.names, ...(domain.flags ? ["true", "false"] : [])],
    });
  if (domain.kind === "integer") return word("integer-in", { low: domain.min, high: domain.max });
  return word("number-range", {
    low: domain.min,
    lowExcluded: domain.minExcluded ?? false,
    high: domain.max,
    highExcluded: domain.maxExcluded ?? false,
  });
}

/** Names are matched without regard to case, as people write them. */
export function findName<N extends string>(names: readonly N[], value: string): N | undefined {
  return names.find((name) => name.toLowerCase() === value.toLowerCase());
}

function inRange(domain: Exclude<ParameterDomain, { kind: "name" }>, value: number): boolean {
  if (domain.kind === "number" && domain.minExcluded && value === domain.min) return false;
  if (domain.kind === "number" && domain.maxExcluded && value === domain.max) return false;
  return value >= domain.min && value <= domain.max;
}
