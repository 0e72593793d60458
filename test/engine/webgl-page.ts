import * as tf from "@tensorflow/tfjs-core";
import type { AppError } from "../../src/core/errors.ts";
import { openDevice } from "../../src/engine/device.ts";
import { assertKnownAnswer } from "../../src/engine/known-answer.ts";
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

/** What the device says of itself: before, after a command that WebGL refuses, and after its context was lost. */
async function faults(kind: "refused" | "lost"): Promise<string[]> {
  const device = await openDevice({ backend: "webgl" });
  await assertKnownAnswer(device);
  const { gl } = (tf.backend() as unknown as { gpgpu: { gl: WebGL2RenderingContext } }).gpgpu;
  if (kind === "refused") gl.bindTexture(0, null);
  else gl.getExtension("WEBGL_lose_context")!.loseContext();
  const answers: string[] = [];
  for (let i = 0; i < 2; i++)
    answers.push(
      await device.settle().then(
        () => "fine",
        (error: AppError) => error.code,
      ),
    );
  return answers;
}

Object.assign(globalThis, { runOracleCase: run, faults });
