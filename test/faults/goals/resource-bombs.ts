import { validLinks } from "../../fuzz/links.ts";
import { resourceBombs } from "../../fuzz/resource-bombs.ts";
import { Tally } from "../../fuzz/tally.ts";
import type { Goal } from "../lib/goal.ts";

/** A dropped file may have a megabyte of text, which is parsed once; nothing it names is allocated. */
const limits = { durationMs: 1_500, bytes: 128 * 2 ** 20 };

/** Input of valid syntax that asks for far too much. */
export const resourceBombsGoal: Goal = {
  id: "S3",
  title: "Resource bombs",
  how: "links, files and dropped texts ask for 10^9 trials, 10^6 parameters, width 10^9, names of 1 MB, multiplying aliases and the like; they are read up to the check before Start",
  counts: { full: 100, reduced: 100 },
  async run({ count }) {
    const tally = new Tally(limits, true);
    const bombs = await resourceBombs((await validLinks())[2]!);
    for (const { label, read } of bombs) await tally.add(label, read);
    return {
      injected: tally.injected,
      survived: tally.survived,
      lost: 0,
      worstMs: tally.worstMs,
      pass: tally.failures.length === 0 && bombs.length >= count,
      notes: tally.notes,
      codes: tally.codes,
    };
  },
};
