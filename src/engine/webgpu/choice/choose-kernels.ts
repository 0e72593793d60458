import type { EngineDevice } from "../../engine-device.ts";
import type { KernelVariants } from "../../kernel-table.ts";
import type { Graph } from "../../model/graph.ts";
import { chooseFamily } from "../choose-family.ts";
import { convVariants } from "../conv-calls.ts";
import type { Real } from "../conv-shape.ts";
import type { PlanOptions } from "../plan-context.ts";
import { deviceSpeed } from "./device-speed.ts";
import { measureProblem } from "./measure-problem.ts";
import { problemsOf } from "./problems.ts";

/** Changes whenever a variant's name means another kernel or another order of summing. */
const kernelVersion = { workgroup: 4, subgroup: 2, register: 2 } as const;

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

/** Time of the whole choice; a network's remaining problems are then left to the defaults, for good. */
const budgetMs = 2000;
/** A single run of the default kernel is to take no longer than this, on fewer images where need be. */
const runMs = 8;

/** Chooses, for every convolution of a network that `known` says nothing of, the variant that is fastest on this device.
 *  What is chosen is final: it depends on the clock, and the same table gives the same bits.
 *  @returns variants of the network's problems, known and new */
export async function chooseKernels(
  signal: AbortSignal,
  device: EngineDevice,
  graph: Graph,
  batch: number,
  real: Real,
  known: KernelVariants,
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
  const began = performance.now();
  for (const problem of problemsOf(graph, options)) {
    const { key, direction, shape } = problem;
    const variants = convVariants(direction, shape, { family, real });
    const before = known[key];
    if (before !== undefined && variants.some(({ name }) => name === before)) {
      chosen[key] = before;
      continue;
    }
    signal.throwIfAborted();
    const inTime = performance.now() - began < budgetMs;
    const maxFlops = inTime ? runMs * (await deviceSpeed(gpu, family)) : 0;
    chosen[key] = inTime
      ? await measureProblem(gpu, problem, { family, real }, maxFlops)
      : variants[0]!.name;
    device.check();
  }
  return chosen;
}
