import {
  boolean,
  decode,
  integer,
  nullable,
  number,
  object,
  oneOf,
  text,
} from "../../core/decode.ts";
import { toErrorRecord, type ErrorCode } from "../../core/errors.ts";
import type { JsonValue } from "../../core/json.ts";
import type { CacheStore } from "../../storage/cache-store.ts";
import type { TrialWorkerApi, WorkerDevice } from "../../../workers/trial/api.ts";
import type { DeviceReport } from "../api.ts";
import { backOffMs, maxStalledAttempts } from "../run/attempts.ts";
import type { SpareWorker } from "../workers/spare-worker.ts";
import { cpuHangTimeoutMs, openTrialWorker, type WorkerClient } from "../workers/worker-client.ts";

const stored = object({
  backend: oneOf(["webgpu", "webgl", "cpu"]),
  adapter: text(300),
  software: boolean,
  halfPrecision: boolean,
  fallbackReason: nullable(text(100)),
  trainingGflops: number(1e-9, 1e9),
  halfSpeedup: nullable(number(1e-9, 1e9)),
  maxBufferBytes: number(0, 1e15),
  suggestedConcurrency: integer(1, 64),
});

/** Changes whenever old measurements say nothing about new kernels. */
const measurementVersion = 3;

/** Failures that say nothing of the next try. */
const passing: ReadonlySet<ErrorCode> = new Set(["gpu-lost", "worker-died"]);

/** Looks at the device in a trial worker and measures it for a second or two, once per adapter; again when the device or the
 *  worker is lost meanwhile.
 *  @param spare gets the worker, whose device is open, for the first trial
 *  @param again measures although the adapter is known */
export async function inspectDevice(
  cache: CacheStore,
  spare: SpareWorker,
  again = false,
): Promise<DeviceReport> {
  for (let failures = 0; ;) {
    const client = openTrialWorker();
    client.setHangTimeout(cpuHangTimeoutMs);
    try {
      const report = await inspect(client, cache, again);
      spare.keep(client);
      return report;
    } catch (error) {
      client.terminate();
      if (++failures >= maxStalledAttempts || !passing.has(toErrorRecord(error).code)) throw error;
      await new Promise((resolve) => setTimeout(resolve, backOffMs(failures)));
    }
  }
}

async function inspect(
  client: WorkerClient<TrialWorkerApi>,
  cache: CacheStore,
  again: boolean,
): Promise<DeviceReport> {
  const device = await client.call((worker) => worker.probe());
  const key = `device/${measurementVersion}/${device.backend}/${device.adapter}`;
  const known = again ? null : readStored(await cache.get(key), device);
  if (known) return known;
  const { gflops, halfSpeedup } = await client.call((worker) => worker.measure());
  const suggestedConcurrency = await concurrencyOn(client, device, gflops);
  const report = { ...device, trainingGflops: gflops, halfSpeedup, suggestedConcurrency };
  await cache.set(key, { ...report });
  return report;
}

function readStored(value: JsonValue | null, device: WorkerDevice): DeviceReport | null {
  if (value === null) return null;
  try {
    const report = decode(stored, value, "internal", "device");
    return { ...report, ...device };
  } catch {
    // An older form: measured again.
    return null;
  }
}

/** A processor is busy with one trial; a GPU is measured with several at once. */
async function concurrencyOn(
  client: WorkerClient<TrialWorkerApi>,
  { backend, software }: WorkerDevice,
  trainingGflops: number,
): Promise<number> {
  if (backend !== "webgpu" || software) return 1;
  return client
    .call((worker) => worker.measureConcurrency(trainingGflops))
    .catch(() => {
      // A device that does not bear several trials at once.
      return 1;
    });
}
