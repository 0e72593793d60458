import { createRng } from "../../src/core/math/rng.ts";
import { fromBase64Url, toBase64Url } from "../../src/experiment/formats/base64url.ts";
import { encodeLink } from "../../src/experiment/formats/link.ts";
import { stateOf } from "../experiment/formats/examples.ts";
import { forgeLink, textOfLink } from "./forge.ts";
import { flipBits, mutateBytes, mutateJson } from "./mutate.ts";

/** Valid links of different sizes, from one trial to hundreds of epochs. */
export function validLinks(): Promise<string[]> {
  const sizes = [[1, 1], [2, 3], [4, 6], [8, 12], [20, 8]] as const; // prettier-ignore
  return Promise.all(
    sizes.map(([trials, epochs], i) => encodeLink(stateOf(trials, epochs, i + 1))),
  );
}

export const mutationKinds = ["bits", "bytes", "letters", "json"] as const;

/** One seeded mutation of a valid link. Those at JSON level carry a right checksum: what an attacker can make. */
export async function mutateLink(valid: readonly string[], seed: number): Promise<string> {
  const rng = createRng("hostile-link", seed);
  const link = valid[rng.int(valid.length)]!;
  const kind = mutationKinds[seed % mutationKinds.length]!;
  switch (kind) {
    case "bits":
      return `tt1.${toBase64Url(flipBits(fromBase64Url(link.slice(4)), rng))}`;
    case "bytes":
      return `tt1.${toBase64Url(mutateBytes(fromBase64Url(link.slice(4)), rng))}`;
    case "letters": {
      const bytes = mutateBytes(new TextEncoder().encode(link), rng);
      return String.fromCharCode(...bytes.subarray(0, 60_000));
    }
    case "json":
      return forgeLink(mutateJson(await textOfLink(link), rng));
    default:
      return kind satisfies never;
  }
}
