import type { Goal } from "./goal.ts";
import { r1 } from "./goals/r1.ts";
import { r2 } from "./goals/r2.ts";
import { r3 } from "./goals/r3.ts";
import { r4 } from "./goals/r4.ts";
import { r5 } from "./goals/r5.ts";
import { r6 } from "./goals/r6.ts";
import { r7 } from "./goals/r7.ts";
import { r8 } from "./goals/r8.ts";
import { r9 } from "./goals/r9.ts";
import { r10 } from "./goals/r10.ts";
import { r11 } from "./goals/r11.ts";
import { r12 } from "./goals/r12.ts";
import { r13 } from "./goals/r13.ts";
import { r14 } from "./goals/r14.ts";
import { r15 } from "./goals/r15.ts";
import { r16 } from "./goals/r16.ts";
import { r17 } from "./goals/r17.ts";
import { r18 } from "./goals/r18.ts";
import { r19 } from "./goals/r19.ts";
import { s1 } from "./goals/s1.ts";
import { s2 } from "./goals/s2.ts";
import { s3 } from "./goals/s3.ts";
import { s4 } from "./goals/s4.ts";
import { s5 } from "./goals/s5.ts";
import { s6 } from "./goals/s6.ts";
import { s7 } from "./goals/s7.ts";
import { s8 } from "./goals/s8.ts";
import { s9 } from "./goals/s9.ts";
import { s10 } from "./goals/s10.ts";

/** Every goal of `docs/reliability.md` that faults can show, in the order in which they run. R20 is what the runner itself
 *  sees in all of them. */
export const goals: readonly Goal[] = [
  r1,
  r2,
  r3,
  r4,
  r5,
  r6,
  r7,
  r8,
  r9,
  r10,
  r11,
  r12,
  r13,
  r14,
  r15,
  r16,
  r17,
  r18,
  r19,
  s1,
  s2,
  s3,
  s4,
  s5,
  s6,
  s7,
  s8,
  s9,
  s10,
];
