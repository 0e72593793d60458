import { matrixUnits, type MatrixDevice } from "../../../src/engine/webgpu/choose-family.ts";
import type { MatrixUnit, MatrixUnits, Real } from "../../../src/engine/webgpu/conv/conv-shape.ts";

const lanes = 32;
/** Sides that differ, or an exchange of them would not show. */
const unit = (operand: Real): MatrixUnit => ({
  ...{ operand, rows: 16, columns: 8, inner: 16, lanes },
});

/** Emulates the subgroup matrices that a device does not have, and subgroups of 32 with them: such as NVIDIA's GPUs show, and of
 *  f32 as on Apple's. Patches `createShaderModule`. @returns the units that tests can use now, real ones where there are some */
export function emulateMatrices(device: MatrixDevice): Required<MatrixUnits> {
  const real = matrixUnits(device);
  const gpu = device.gpu!;
  const create = gpu.createShaderModule;
  gpu.createShaderModule = (descriptor) => {
    const { code } = descriptor;
    const operand = /subgroup_matrix_left<(f32|f16)/.exec(code)?.[1] as Real | undefined;
    const emulated = operand !== undefined && real[operand] === undefined;
    return create.call(gpu, { ...descriptor, code: emulated ? withoutMatrices(code) : code });
  };
  return { f16: unit("f16"), f32: unit("f32"), ...real };
}

const extensions = /enable (subgroups|chromium_experimental_subgroup_matrix);\n/g;
const loading =
  /subgroupMatrixLoad<subgroup_matrix_(left|right)<(?:f32|f16), (\d+), (\d+)>, (row|col)_major>\(&(\w+), ([^;]*), (\d+)u\);/g;
const storing = /subgroupMatrixStore<row_major>\(&(\w+), ([^;]*), (\w+), (\d+)u\);/g;
const sum = /subgroup_matrix_result<f32, (\d+), (\d+)>\(\)/g;

/** WGSL without subgroup matrices: an operand is where it begins, a sum the number of what a lane has of it. */
function withoutMatrices(code: string): string {
  const sums = [...code.matchAll(sum)];
  const [, columns, rows] = sums[0]!;
  const [n, m] = [Number(columns), Number(rows)];
  const own = (m * n) / lanes;
  const elements = new Map<string, string>();
  let inner = "";
  let count = 0;
  const body = code
    .replace(extensions, "")
    .replace("diagnostic(off, subgroup_uniformity);", "")
    .replace(", @builtin(subgroup_id) subgroup: u32", "")
    .replace(loading, (_, kind: string, first: string, second: string, ...rest: string[]) => {
      const [major, array, at, pitch] = rest;
      inner = kind === "left" ? first : second;
      const index = major === "row" ? `4u * i * ${pitch}u + j` : `4u * j * ${pitch}u + i`;
      elements.set(
        kind,
        `fn ${kind}Element(at: u32, i: u32, j: u32) -> f32 {
  let element = 4u * at + ${index};
  return f32(${array}[element / 4u][element % 4u]);
}`,
      );
      return `${at};`;
    })
    .replace(storing, (_, array: string, at: string, sum: string, pitch: string) => {
      elements.set(
        "store",
        `fn store(at: u32, sum: u32) {
  let own = select(0u, ${own}u, p.c4 > 0u);
  for (var e = 0u; e < own; e++) {
    let i = (e * ${lanes}u + ownLane) / ${n}u; let j = (e * ${lanes}u + ownLane) % ${n}u;
    ${array}[at + i * ${pitch}u + j / 4u][j % 4u] = ownSums[sum * ${own}u + e];
  }
}`,
      );
      return `store(${at}, ${sum});`;
    })
    .replace(/subgroupMatrixMultiplyAccumulate\(/g, "multiply(")
    .replace(sum, () => `${count++}u`)
    .replace(
      /(fn main[^{]*\{)/,
      `$1 ownLane = index % ${lanes}u; let subgroup = index / ${lanes}u;`,
    );
  return body.replace(
    "@compute",
    `var<private> ownLane: u32;
var<private> ownSums: array<f32, ${own * sums.length}>;
${[...elements.values()].join("\n")}
fn multiply(left: u32, right: u32, sum: u32) -> u32 {
  // Bounds that are only known when it runs: compilers would take minutes over unrolled loops.
  let inner = select(0u, ${inner}u, p.c4 > 0u); let own = select(0u, ${own}u, p.c4 > 0u);
  for (var e = 0u; e < own; e++) {
    let i = (e * ${lanes}u + ownLane) / ${n}u; let j = (e * ${lanes}u + ownLane) % ${n}u;
    var value = ownSums[sum * ${own}u + e];
    for (var q = 0u; q < inner; q++) { value += leftElement(left, i, q) * rightElement(right, q, j); }
    ownSums[sum * ${own}u + e] = value;
  }
  return sum;
}
@compute`,
  );
}
