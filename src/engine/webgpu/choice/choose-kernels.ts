import type { EngineDevice } from "../../engine-device.ts";
import type { KernelVariants } from "../../kernel-table.ts";
import type { Graph } from "../../model/graph.ts";
import { chooseFamily } from "../choose-family.ts";
import { convVariants } from "../conv/conv-calls.ts";
import type { ConvShape, Real } from "../conv/conv-shape.ts";
import type { PlanOptions } from "../plan/plan-context.ts";
import { deviceSpeed } from "./device-speed.ts";
import { measureProblem } from "./measure-problem.ts";
import { problemsOf, type ConvProblem } from "./problems.ts";

/** Changes whenever a variant's name means another kernel or another order of summing. */
const kernelVersion = { workgroup: 5, subgroup: 2, register: 2 } as const;

/** What choices are kept under. Browsers compile kernels, so their version counts. */
export function kernelAdapter(device: EngineDevice): string {
  const { vendor, architecture, device: model, description } = device.gpu!.adapterInfo;
  const { userAgent = "" } = (globalThis.navigator ?? {}) as Partial<Navigator>;
  const browser = /(?:Chrome|Firefox|Version)\/(\d+)/.exec(userAgent)?.[0] ?? userAgent;
  const family = chooseFamily(device);
  const version = kernelVersion[family.kind];
  // A browser can be told to show matrix units.
  const units = family.kind === "workgroup" ? Object.keys(family.matrices ?? {}) : [];
  const backend = [family.kind, ...units].join("+");
  return [version, vendor, architecture, model, description, backend, browser].join("/");
}

/** For what variants are chosen. */
export interface ChooseOptions {
  readonly batch: number;
  readonly real: Real;
  readonly known: KernelVariants;
  /** Of the whole choice; a network's remaining problems then get what suits the most similar one that was measured. */
  readonly budgetMs?: number;
}

/** As long as somebody may wait for a first step. */
export const defaultChooseOptions = {
  budgetMs: 2000,
} as const satisfies Partial<ChooseOptions>;
/** A single run of the default kernel is to take no longer than this, on fewer images where need be. */
const runMs = 8;

/** Chooses, for every convolution of a network that `known` says nothing of, the variant that is fastest on this device.
 *  What is chosen is final: it depends on the clock, and the same table gives the same bits.
 *  @returns variants of the network's problems, known and new */
export async function chooseKernels(
  signal: AbortSignal,
  device: EngineDevice,
  graph: Graph,
  { batch, real, known, budgetMs = defaultChooseOptions.budgetMs }: ChooseOptions,
): Promise<KernelVariants> {
  const gpu = device.gpu!;
  const family = chooseFamily(device);
  const options: PlanOptions = {
    batch,
    optimizer: { name: "SGD", momentum: 0, nesterov: false, weightDecay: 0 },
    labelSmoothing: 0,
    family,
    real,
    maxBindingBytes: Math.min(gpu.limits.maxStorageBufferBindingSize, gpu.limits.maxBufferSize),
    maxBuffers: gpu.limits.maxStorageBuffersPerShaderStage,
  };
  const chosen: Record<string, string> = {};
  const examples: Example[] = [];
  const began = performance.now();
  for (const problem of problemsOf(graph, options)) {
    const { key, direction, shape } = problem;
    const names = convVariants(direction, shape, { family, real }).map(({ name }) => name);
    const before = known[key];
    signal.throwIfAborted();
    if (before !== undefined && names.includes(before)) {
      chosen[key] = before;
      examples.push({ problem, name: before });
    } else if (performance.now() - began < budgetMs) {
      const maxFlops = runMs * (await deviceSpeed(gpu, family));
      const name = await measureProblem(gpu, problem, { family, real }, maxFlops);
      device.check();
      chosen[key] = name;
      examples.push({ problem, name });
    } else {
      chosen[key] = byExample(problem, names, examples);
    }
  }
  return chosen;
}

/** A problem and what was chosen for it. */
interface Example {
  readonly problem: ConvProblem;
  readonly name: string;
}

/** Channels and pixels may differ by this much between problems of which one is measured for both. */
const likeness = 8;

/** What was chosen for the most similar problem with the same filter; the default where none is similar. */
function byExample(
  { direction, shape }: ConvProblem,
  names: readonly string[],
  examples: readonly Example[],
): string {
  const filter = ({ kernel, stride }: ConvShape): string => [kernel, stride].join();
  const sizes = (s: ConvShape): readonly number[] => [
    s.inputs,
    s.outputs,
    s.batch * s.outHeight * s.outWidth,
  ];
  const own = sizes(shape);
  const unlikeness = ({ problem }: Example): number =>
    Math.max(...sizes(problem.shape).map((size, i) => Math.abs(Math.log2(size / own[i]!))));
  const [nearest] = examples
    .filter(({ problem }) => problem.direction === direction)
    .filter(({ problem }) => filter(problem.shape) === filter(shape))
    .filter((example) => names.includes(example.name))
    .filter((example) => unlikeness(example) <= Math.log2(likeness))
    .sort((a, b) => unlikeness(a) - unlikeness(b));
  return nearest?.name ?? names[0]!;
}
