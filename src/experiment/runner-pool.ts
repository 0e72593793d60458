import { proxy } from "comlink";
import type { DeviceReport } from "./api.ts";
import { precisionOn } from "./precision.ts";
import type { RunnerPool, TrialOutcome, TrialRunner } from "./ports.ts";
import { cpuHangTimeoutMs, openTrialWorker } from "./worker-client.ts";

/** Trial workers on this device, each with a GPU device of its own.
 *  @param report the device as measured, null while that is not known */
export function createRunnerPool(report: () => DeviceReport | null): RunnerPool {
  return {
    get maxSlots() {
      return report()?.suggestedConcurrency ?? 1;
    },
    precision: (setting, before) => precisionOn(report(), setting, before),
    create: () => openRunner(report()?.backend),
  };
}

async function openRunner(backend: DeviceReport["backend"] | undefined): Promise<TrialRunner> {
  const client = openTrialWorker();
  if (backend !== "webgpu") client.setHangTimeout(cpuHangTimeoutMs);
  try {
    // A worker on a lesser backend than was shown and measured would not be what the user started.
    await client.call((worker) => worker.probe(backend));
  } catch (error) {
    client.terminate();
    throw error;
  }
  return {
    train: (job, listener) =>
      client.call<TrialOutcome>((worker) => worker.train(job, proxy(listener))),
    test: (job, progress) => client.call((worker) => worker.test(job, proxy(progress))),
    stop: (withCheckpoint) => client.call((worker) => worker.stop(withCheckpoint)),
    checkpoint: () => client.call((worker) => worker.checkpoint()),
    dispose: () => client.terminate(),
  };
}
