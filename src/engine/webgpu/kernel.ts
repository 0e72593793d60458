/** How a kernel reaches a buffer. Bindings are numbered in order; the uniform block of parameters comes last. */
export type Access = "read" | "write" | "step";

/** One WGSL program. Two kernels with the same code are one pipeline. */
export interface Kernel {
  readonly name: string;
  readonly code: string;
  readonly access: readonly Access[];
  /** Names of the uniform block's fields, in order; `name:f32` for floats, else u32. */
  readonly params: readonly string[];
}

/** A kernel before its bindings and its parameters' struct are written. */
export interface KernelSource {
  readonly name: string;
  /** `name: "read array<vec4f>"` or `"write array<f32>"`; `"step"` binds the step block. */
  readonly buffers: Readonly<Record<string, `${"read" | "write"} ${string}` | "step">>;
  readonly params: readonly string[];
  readonly enable?: readonly string[];
  /** Module-scope declarations. */
  readonly globals?: string;
  readonly workgroup: readonly [number, number?];
  /** Built-in values as `group`, `thread` (workgroup and local id), `index` (local index), `lane` (within the subgroup),
   *  `subgroup` (within the workgroup), `item` (flattened global index over a grid of any shape). */
  readonly builtins: readonly (keyof typeof builtin)[];
  readonly body: string;
}

const builtin = {
  group: "@builtin(workgroup_id) group: vec3u",
  thread: "@builtin(local_invocation_id) thread: vec3u",
  index: "@builtin(local_invocation_index) index: u32",
  lane: "@builtin(subgroup_invocation_id) lane: u32",
  subgroup: "@builtin(subgroup_id) subgroup: u32",
  item: "@builtin(global_invocation_id) globalId: vec3u, @builtin(num_workgroups) groups: vec3u",
} as const;

/** Values of the step that is running; the only bytes uploaded per step. */
export const stepBlock = `struct Step { rate: f32, scale1: f32, scale2: f32, reserved: f32, seed: u32, epoch: u32, first: u32, done: u32 }`;
/** Eight words: what changes from step to step. */
export const stepBlockBytes = 32;

/** Writes the declarations around a kernel's body. */
export function defineKernel(source: KernelSource): Kernel {
  const access: Access[] = [];
  const declarations: string[] = [];
  for (const [name, kind] of Object.entries(source.buffers)) {
    const at = `@group(0) @binding(${access.length})`;
    if (kind === "step") {
      access.push("step");
      declarations.push(`${at} var<uniform> ${name}: Step;`);
      continue;
    }
    const space = kind.indexOf(" ");
    const mode = kind.slice(0, space) as "read" | "write";
    access.push(mode);
    const wgslMode = mode === "read" ? "read" : "read_write";
    declarations.push(`${at} var<storage, ${wgslMode}> ${name}: ${kind.slice(space + 1)};`);
  }
  const fields = source.params.map((field) =>
    field.includes(":") ? field.replace(":", ": ") : `${field}: u32`,
  );
  const [x, y = 1] = source.workgroup;
  const item = source.builtins.includes("item")
    ? `let item = globalId.x + globalId.y * groups.x * ${x}u;\n`
    : "";
  const code = `${[...(source.enable ?? [])].map((name) => `enable ${name};\n`).join("")}${
    source.enable?.includes("subgroups") ? "diagnostic(off, subgroup_uniformity);\n" : ""
  }${access.includes("step") ? stepBlock : ""}
struct Params { ${fields.length > 0 ? fields.join(", ") : "unused: u32"} }
${declarations.join("\n")}
@group(0) @binding(${access.length}) var<uniform> p: Params;
${source.globals ?? ""}
@compute @workgroup_size(${x}, ${y})
fn main(${source.builtins.map((name) => builtin[name]).join(", ")}) {
${item}${source.body}
}
`;
  return { name: source.name, code, access, params: source.params };
}

/** Kernels of the same arguments are written once: planning a deep network asks for the same few a thousand times. Arguments
 *  are told apart as JSON, activations so by their names. */
export function writtenOnce<Args extends readonly unknown[]>(
  write: (...args: Args) => Kernel,
): (...args: Args) => Kernel {
  const written = new Map<string, Kernel>();
  return (...args) => {
    const key = JSON.stringify(args);
    const kernel = written.get(key) ?? write(...args);
    written.set(key, kernel);
    return kernel;
  };
}

/** Lines made by a loop at generation time. */
export const unroll = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");

/** Workgroups along one axis of a grid that every WebGPU device takes. */
export const maxGroups = 65535;

/** Threads of one-thread-per-item kernels. */
export const itemThreads = 64;

/** Grid that covers `items` threads; beyond `maxGroups` workgroups it becomes two-dimensional (see `item`). */
export function itemGrid(items: number, threads = itemThreads): readonly [number, number, number] {
  const groups = Math.max(1, Math.ceil(items / threads));
  const columns = Math.min(groups, 32768);
  return [columns, Math.ceil(groups / columns), 1];
}
