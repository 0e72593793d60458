import { openDevice } from "../../src/engine/device.ts";
import { createReferenceEngine } from "../../src/engine/reference/engine.ts";
import { oracleCases } from "./oracle-cases.ts";
import { runOracleCase, violations, type Deviation, type Expected } from "./oracle-run.ts";

/** What the page found for one case. */
export interface PageResult {
  readonly adapter: string;
  readonly fallbackReason: string | null;
  readonly compared: number;
  readonly violations: readonly Deviation[];
}

/** Runs one case on whatever backend a page without WebGPU gets. */
async function run(name: string, expected: Expected): Promise<PageResult> {
  const device = await openDevice();
  if (device.backend !== "webgl") throw new Error(`the backend is ${device.backend}`);
  const oracle = oracleCases.find((entry) => entry.name === name)!;
  const deviations = await runOracleCase(oracle, expected, (graph, options) =>
    createReferenceEngine(device, graph, options),
  );
  const { adapter, fallbackReason } = device;
  return {
    adapter,
    fallbackReason,
    compared: deviations.length,
    violations: violations(deviations),
  };
}

Object.assign(globalThis, { runOracleCase: run });
