import { decodeLink, linkLimits } from "../../../src/experiment/formats/link.ts";
import { inflateBounded } from "../../../src/experiment/formats/deflate.ts";
import { decompressionBombs } from "../../fuzz/decompression-bombs.ts";
import { Tally } from "../../fuzz/tally.ts";
import type { Goal } from "../lib/goal.ts";

/** Small links that unpack to very much. */
export const decompressionBombsGoal: Goal = {
  id: "S2",
  title: "Decompression bombs",
  how: "links of at most 64 KB that unpack to between 1 MiB and 42 MiB of zeros, text, numbers and nested JSON are decoded",
  counts: { full: 100, reduced: 20 },
  async run({ count }) {
    const tally = new Tally({ durationMs: 500, bytes: 16 * 2 ** 20 }, true);
    const bombs = await decompressionBombs(count);
    const unpacked: number[] = [];
    for (const { label, fragment, packed, sizeBytes } of bombs) {
      if (fragment.length > linkLimits.fragmentLength)
        tally.failures.push(`${label}: ${fragment.length} characters are no bomb but a long link`);
      unpacked.push(sizeBytes);
      await tally.add(label, () => decodeLink(fragment));
      await tally.add(`${label}, unpacked`, () =>
        inflateBounded(packed, linkLimits.unpackedBytes).then(() => undefined),
      );
    }
    const largest = Math.max(...unpacked) / 2 ** 20;
    return {
      injected: tally.injected,
      survived: tally.survived,
      lost: 0,
      worstMs: tally.worstMs,
      pass: tally.failures.length === 0,
      notes: [
        `up to ${largest.toFixed(0)} MiB in a link; nothing beyond 1 MiB is unpacked`,
        ...tally.notes,
      ],
      codes: tally.codes,
    };
  },
};
