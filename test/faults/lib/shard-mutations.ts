import type { Rng } from "../../../src/core/math/rng.ts";
import { recordBytes as bytesOfRecord } from "../../../src/data/records.ts";
import { shape } from "../../../src/data/sets/shapes10/manifest.ts";

const recordBytes = bytesOfRecord(shape);

export const shardMutationKinds = [
  "bits",
  "cut",
  "longer",
  "swapped",
  "zeros",
  "page",
  "empty",
  "missing",
  "server-error",
  "label",
  "stored",
] as const;
export type ShardMutationKind = (typeof shardMutationKinds)[number];

/** What a server sends in place of a shard.
 *  @param other bytes of another shard
 *  @returns null for no file at all */
export function mutateShard(
  kind: ShardMutationKind,
  bytes: Uint8Array,
  other: Uint8Array,
  rng: Rng,
): Uint8Array | null {
  switch (kind) {
    case "bits":
    case "stored": {
      const bent = bytes.slice();
      const flips = 1 + rng.int(8);
      const places = new Set(Array.from({ length: flips }, () => rng.int(8 * bytes.length)));
      for (const place of places) bent[place >> 3]! ^= 1 << (place & 7);
      return bent;
    }
    case "cut":
      return bytes.slice(0, rng.int(bytes.length));
    case "longer": {
      const longer = new Uint8Array(bytes.length + 1 + rng.int(2 * recordBytes));
      longer.set(bytes);
      return longer;
    }
    case "swapped":
      return other;
    case "zeros":
      return new Uint8Array(bytes.length);
    case "page":
      return new TextEncoder().encode("<!doctype html><title>Sign in</title><h1>Sign in</h1>");
    case "empty":
      return new Uint8Array(0);
    case "label": {
      const bent = bytes.slice();
      bent[recordBytes * rng.int(bytes.length / recordBytes)] = 10 + rng.int(246);
      return bent;
    }
    case "missing":
    case "server-error":
      return null;
    default:
      return kind satisfies never;
  }
}
