import type { Goal } from "./goal.ts";

/** Every goal of `docs/reliability.md` that faults can show, in the order in which they run; loaded when asked for, because a
 *  run starts a process for each. R20 is what the runner itself sees in all of them. */
const modules = {
  R1: async (): Promise<Goal> => (await import("./goals/r1.ts")).r1,
  R2: async (): Promise<Goal> => (await import("./goals/r2.ts")).r2,
  R3: async (): Promise<Goal> => (await import("./goals/r3.ts")).r3,
  R4: async (): Promise<Goal> => (await import("./goals/r4.ts")).r4,
  R5: async (): Promise<Goal> => (await import("./goals/r5.ts")).r5,
  R6: async (): Promise<Goal> => (await import("./goals/r6.ts")).r6,
  R7: async (): Promise<Goal> => (await import("./goals/r7.ts")).r7,
  R8: async (): Promise<Goal> => (await import("./goals/r8.ts")).r8,
  R9: async (): Promise<Goal> => (await import("./goals/r9.ts")).r9,
  R10: async (): Promise<Goal> => (await import("./goals/r10.ts")).r10,
  R11: async (): Promise<Goal> => (await import("./goals/r11.ts")).r11,
  R12: async (): Promise<Goal> => (await import("./goals/r12.ts")).r12,
  R13: async (): Promise<Goal> => (await import("./goals/r13.ts")).r13,
  R14: async (): Promise<Goal> => (await import("./goals/r14.ts")).r14,
  R15: async (): Promise<Goal> => (await import("./goals/r15.ts")).r15,
  R16: async (): Promise<Goal> => (await import("./goals/r16.ts")).r16,
  R17: async (): Promise<Goal> => (await import("./goals/r17.ts")).r17,
  R18: async (): Promise<Goal> => (await import("./goals/r18.ts")).r18,
  R19: async (): Promise<Goal> => (await import("./goals/r19.ts")).r19,
  S1: async (): Promise<Goal> => (await import("./goals/s1.ts")).s1,
  S2: async (): Promise<Goal> => (await import("./goals/s2.ts")).s2,
  S3: async (): Promise<Goal> => (await import("./goals/s3.ts")).s3,
  S4: async (): Promise<Goal> => (await import("./goals/s4.ts")).s4,
  S5: async (): Promise<Goal> => (await import("./goals/s5.ts")).s5,
  S6: async (): Promise<Goal> => (await import("./goals/s6.ts")).s6,
  S7: async (): Promise<Goal> => (await import("./goals/s7.ts")).s7,
  S8: async (): Promise<Goal> => (await import("./goals/s8.ts")).s8,
  S9: async (): Promise<Goal> => (await import("./goals/s9.ts")).s9,
  S10: async (): Promise<Goal> => (await import("./goals/s10.ts")).s10,
};

export const goalIds: readonly string[] = Object.keys(modules);

/** @throws RangeError for an id that is none of `goalIds` */
export async function loadGoals(ids: readonly string[] = goalIds): Promise<readonly Goal[]> {
  return Promise.all(
    ids.map((id) => {
      const load = Object.entries(modules).find(([known]) => known === id)?.[1];
      if (!load) throw new RangeError(`goals: there is no goal ${id}`);
      return load();
    }),
  );
}
