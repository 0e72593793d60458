import { unroll } from "../kernel.ts";
import type { KernelFamily } from "../conv/conv-shape.ts";

/** Families whose tiles lie in registers alone. */
export type RegisterFamily = Exclude<KernelFamily, { kind: "workgroup" }>;

/** Widest columns per lane such that a subgroup does not reach past the last channel. */
export function columnsPerLane(lanes: number, channels: number): 1 | 2 | 4 {
  if (channels >= 4 * lanes) return 4;
  return channels >= 2 * lanes ? 2 : 1;
}

/** WGSL type of `width` numbers. */
export const vector = (width: number, real: string): string =>
  width === 1 ? real : `vec${width}<${real}>`;

/** Value of lane `i` in every lane; register tiles hold all rows in every lane, so there it is the value itself. */
export function broadcast(family: RegisterFamily, name: string, i: number): string {
  if (family.kind === "register") return `${name}${i}`;
  return `subgroupBroadcast(${name}${Math.floor(i / family.lanes)}, ${i % family.lanes}u)`;
}

/** Rows that one lane loads so that the tile has `rows`. */
export const rowsPerLane = (family: RegisterFamily, rows: number): number =>
  family.kind === "register" ? rows : rows / family.lanes;

/** Row of the tile that a lane's `r`-th load is for. */
export const loadedRow = (family: RegisterFamily, r: number): string =>
  family.kind === "register" ? `${r}u` : `lane + ${r * family.lanes}u`;

/** sum += a.q * b_q over the four values of a vec4 along the reduced axis. */
export const multiplyAdd = (sum: string, a: string): string =>
  unroll(4, (q) => `${sum} += ${a}.${"xyzw"[q]} * b${q};`);

/** The lane's index: a subgroup's own, or the thread's. */
export const laneBuiltin = (family: RegisterFamily): "lane" | "index" =>
  family.kind === "subgroup" ? "lane" : "index";
