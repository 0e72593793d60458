import { integer, jsonObject, object, oneOf, optional, type Decoder } from "../decode.ts";
import { facts } from "../facts/decode.ts";
import type { Provenance } from "../tuners/contract/tuner.ts";
import { detailsToFacts } from "./upgrade/details-to-facts.ts";

export { facts };

const fields = object({
  source: oneOf(["startup", "model", "random", "fallback", "grid", "user", "initial"]),
  startup: optional(object({ done: integer(0), needed: integer(0) })),
  facts: optional(facts),
  /** What older journals have in place of facts. */
  details: optional(jsonObject(1_000_000)),
});

/** Why a configuration was chosen, of this build's journals and of older ones. */
export const provenance: Decoder<Provenance> = (value, path) => {
  const { details, ...known } = fields(value, path);
  const upgraded = details && !known.facts ? detailsToFacts(details) : [];
  return upgraded.length > 0 ? { ...known, facts: upgraded } : known;
};
