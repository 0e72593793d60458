import type { Goal } from "./goal.ts";
import { r1 } from "./goals/r1.ts";
import { r13 } from "./goals/r13.ts";

/** Every goal of `docs/reliability.md` that faults can show, in the order in which they run. R20 is what the runner itself
 *  sees in all of them. */
export const goals: readonly Goal[] = [r1, r13];
