import { unroll } from "../kernel.ts";
import type { MatrixUnit } from "../conv/conv-shape.ts";

/** Extensions that code with `matrixProduct` enables. */
export const matrixExtensions = ["subgroups", "chromium_experimental_subgroup_matrix"] as const;

/** Threads of a workgroup: four subgroups. */
export const matrixThreads = ({ lanes }: MatrixUnit): number => 4 * lanes;

/** Workgroup memory that kernels with units take at most, with subgroups of up to 32 threads. */
const mostBytes = 32768;

/** Reduced values in a tile. */
export const matrixDepth = ({ operand }: MatrixUnit): number => (operand === "f16" ? 32 : 16);

/** Whether tiles of 32 or 64 rows and 64 columns can be cut for a unit, and a device has room for them. */
export const unitFits = (
  unit: MatrixUnit,
  limits: Pick<
    GPUSupportedLimits,
    "maxComputeWorkgroupStorageSize" | "maxComputeInvocationsPerWorkgroup"
  >,
): boolean =>
  16 % unit.rows === 0 &&
  32 % unit.columns === 0 &&
  matrixDepth(unit) % unit.inner === 0 &&
  unit.lanes <= 32 &&
  limits.maxComputeWorkgroupStorageSize >= mostBytes &&
  limits.maxComputeInvocationsPerWorkgroup >= matrixThreads(unit);

/** A matrix in workgroup memory, an array of vec4, four values side by side. */
export interface StagedMatrix {
  readonly name: string;
  /** Whether a row's values are the ones side by side, or a column's. */
  readonly major: "row" | "col";
  /** Elements of the array from one row (column) to the next. Drivers want 16 bytes' multiples. */
  readonly pitch: number;
}

/** Where the values of row `i` and column `j` begin. */
const place = ({ major, pitch }: StagedMatrix, i: string, j: string): string =>
  major === "row" ? `(${i}) * ${pitch}u + (${j}) / 4u` : `(${j}) * ${pitch}u + (${i}) / 4u`;

/** WGSL that multiplies two tiles on a matrix unit: each of four subgroups owns a quarter of the `rows` x `columns` sums.
 *  `begin` declares the sums, `add` adds left [rows, inner] · right [inner, columns], `store` puts them into an array of vec4f.
 *  The kernel has the builtin `subgroup`.
 *  @see https://github.com/gpuweb/gpuweb/blob/main/proposals/subgroup-matrix.md */
export function matrixProduct(
  unit: MatrixUnit,
  size: { readonly rows: number; readonly columns: number; readonly inner: number },
): {
  readonly begin: string;
  add(left: StagedMatrix, right: StagedMatrix): string;
  store(to: StagedMatrix): string;
} {
  const { rows: m, columns: n, inner: k, operand } = unit;
  const [down, across] = [size.rows / 2 / m, size.columns / 2 / n];
  const row = (i: number): string => `ownRow + ${i * m}u`;
  const column = (j: number): string => `ownColumn + ${j * n}u`;
  const eachSum = (line: (i: number, j: number) => string): string =>
    unroll(down, (i) => unroll(across, (j) => line(i, j)));
  const load = (kind: "left" | "right", from: StagedMatrix, at: string): string => {
    const sides = kind === "left" ? `${k}, ${m}` : `${n}, ${k}`;
    return `subgroupMatrixLoad<subgroup_matrix_${kind}<${operand}, ${sides}>, ${from.major}_major>(&${from.name}, ${at}, ${from.pitch}u)`;
  };
  return {
    begin: `let ownRow = subgroup / 2u * ${size.rows / 2}u; let ownColumn = subgroup % 2u * ${size.columns / 2}u;
${eachSum((i, j) => `var sum${i}_${j} = subgroup_matrix_result<f32, ${n}, ${m}>();`)}`,
    add: (left, right) =>
      unroll(
        size.inner / k,
        (step) => `{
${unroll(down, (i) => `let left${i} = ${load("left", left, place(left, row(i), `${step * k}u`))};`)}
${unroll(across, (j) => `let right${j} = ${load("right", right, place(right, `${step * k}u`, column(j)))};`)}
${eachSum((i, j) => `sum${i}_${j} = subgroupMatrixMultiplyAccumulate(left${i}, right${j}, sum${i}_${j});`)}
}`,
      ),
    store: (to) =>
      eachSum(
        (i, j) =>
          `subgroupMatrixStore<${to.major}_major>(&${to.name}, ${place(to, row(i), column(j))}, sum${i}_${j}, ${to.pitch}u);`,
      ),
  };
}
