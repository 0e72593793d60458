import { shapes10Seed } from "../manifests.ts";
import { generateShapes } from "../shapes10/generate.ts";
import type { ShardSource } from "./source.ts";

/** Draws Shapes-10. */
export const generatedSource: ShardSource = async function* ({ manifest, missing, phase, signal }) {
  phase("generating");
  const next = { train: 0, test: 0 };
  for (const { name, split, count } of manifest.shards) {
    const start = next[split];
    next[split] += count;
    if (!missing.has(name) || signal.aborted) continue;
    yield { name, bytes: generateShapes(shapes10Seed, split, start, count) };
    // Lets messages, and with them a cancellation, come in.
    await new Promise((resolve) => setTimeout(resolve));
  }
};
