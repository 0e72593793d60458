import { proxy } from "comlink";
import type { TrialWorkerApi } from "../../../workers/trial/api.ts";
import type { DeviceReport } from "../api.ts";
import { precisionOn } from "../draft/precision.ts";
import type { RunnerPool, TrialOutcome, TrialRunner } from "../run/ports.ts";
import type { SpareWorker } from "./spare-worker.ts";
import {
  cpuHangTimeoutMs,
  defaultHangTimeoutMs,
  openTrialWorker,
  type WorkerClient,
} from "./worker-client.ts";

/** Trial workers on this device, each with a GPU device of its own.
 *  @param report the device as measured, null while that is not known
 *  @param spare may have the first of them */
export function createRunnerPool(
  report: () => DeviceReport | null,
  spare: SpareWorker,
): RunnerPool {
  return {
    get by() {
      const device = report();
      return device && { device: device.adapter.slice(0, 200), engine: device.backend };
    },
    get maxSlots() {
      return report()?.suggestedConcurrency ?? 1;
    },
    precision: (setting, before) => precisionOn(report(), setting, before),
    create: () => openRunner(report()?.backend, spare),
  };
}

/** A spare worker whose device has failed in the meantime costs nothing but another try. */
async function openRunner(
  backend: DeviceReport["backend"] | undefined,
  spare: SpareWorker,
): Promise<TrialRunner> {
  const kept = spare.take();
  return kept
    ? startRunner(kept, backend).catch(() => startRunner(openTrialWorker(), backend))
    : startRunner(openTrialWorker(), backend);
}

async function startRunner(
  client: WorkerClient<TrialWorkerApi>,
  backend: DeviceReport["backend"] | undefined,
): Promise<TrialRunner> {
  client.setHangTimeout(backend === "webgpu" ? defaultHangTimeoutMs : cpuHangTimeoutMs);
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
