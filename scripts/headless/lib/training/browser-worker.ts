import { toErrorRecord, type ErrorRecord } from "../../../../src/core/errors.ts";
import { openDevice } from "../../../../src/engine/device.ts";
import { countCommands } from "./count-commands.ts";
import { runBenchmark, type BenchmarkRequest, type BenchmarkResult } from "./run-benchmark.ts";

/** What the worker of the browser's benchmark answers, last of all a result or an error. */
export type WorkerAnswer =
  | { readonly line: string }
  | { readonly result: BenchmarkResult }
  | { readonly error: ErrorRecord };

const answer = (message: WorkerAnswer): void => self.postMessage(message);

self.onmessage = async ({ data }: MessageEvent<BenchmarkRequest>): Promise<void> => {
  try {
    const counts = countCommands();
    const device = await openDevice({ backend: "webgpu" });
    answer({ result: await runBenchmark(device, counts, data, (line) => answer({ line })) });
  } catch (error) {
    answer({ error: toErrorRecord(error) });
  }
};
