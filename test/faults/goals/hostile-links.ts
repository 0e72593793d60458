import { printedState } from "../../fuzz/printed.ts";
import { encodeLink, decodeLink } from "../../../src/experiment/formats/link.ts";
import { stateOf } from "../../experiment/formats/examples.ts";
import { handMadeLinks } from "../../fuzz/hand-made-links.ts";
import { mutateLink, validLinks } from "../../fuzz/links.ts";
import { Tally } from "../../fuzz/tally.ts";
import type { Goal } from "../lib/goal.ts";

/** Share links that somebody bent, broke or forged. */
export const hostileLinks: Goal = {
  id: "S1",
  title: "Hostile links",
  how: "seeded mutations of valid links (bits, bytes, letters, JSON under a right checksum) and hand-made ones are decoded; as many valid links go there and back",
  counts: { full: 10_000, reduced: 600 },
  async run({ count, seed }) {
    const tally = new Tally();
    const valid = await validLinks();
    const handMade = await handMadeLinks(valid[2]!);
    for (const { label, fragment } of handMade) await tally.add(label, () => decodeLink(fragment));
    for (let i = 0; i < count; i++) {
      const fragment = await mutateLink(valid, seed * 1_000_000 + i);
      await tally.add(`mutation ${i}`, () => decodeLink(fragment));
    }
    let same = 0;
    for (let i = 0; i < count; i++) {
      const state = stateOf(1 + (i % 6), 1 + (i % 7), seed * 1_000_000 + i);
      const read = await decodeLink(await encodeLink(state));
      if (printedState(read.state) === printedState(state)) same++;
    }
    return {
      injected: tally.injected,
      survived: tally.survived,
      lost: count - same,
      worstMs: tally.worstMs,
      pass: tally.failures.length === 0 && same === count && handMade.length >= 200,
      notes: [
        `${handMade.length} hand-made, ${count} mutated; ${same} of ${count} valid links came back the same`,
        ...tally.notes,
      ],
      codes: tally.codes,
    };
  },
};
