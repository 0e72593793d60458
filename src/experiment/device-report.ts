import { boolean, decode, integer, nullable, number, object, oneOf, text } from "../core/decode.ts";
import type { JsonValue } from "../core/json.ts";
import type { CacheStore } from "../storage/cache-store.ts";
import type { WorkerDevice } from "../../workers/trial/api.ts";
import type { DeviceReport } from "./api.ts";
import { cpuHangTimeoutMs, openTrialWorker } from "./worker-client.ts";

const stored = object({
  backend: oneOf(["webgpu", "webgl", "cpu"]),
  adapter: text(300),
  software: boolean,
  halfPrecision: boolean,
  fallbackReason: nullable(text(100)),
  trainingGflops: number(1e-9, 1e9),
  maxBufferBytes: number(0, 1e15),
  suggestedConcurrency: integer(1, 64),
});

/** Changes whenever old measurements say nothing about new kernels. */
const measurementVersion = 1;

/** Looks at the device in a worker of its own and measures it for about a second, once per adapter.
 *  @param again measures although the adapter is known */
export async function inspectDevice(cache: CacheStore, again = false): Promise<DeviceReport> {
  const client = openTrialWorker();
  client.setHangTimeout(cpuHangTimeoutMs);
  try {
    const device = await client.call((worker) => worker.probe());
    const key = `device/${measurementVersion}/${device.backend}/${device.adapter}`;
    const known = again ? null : readStored(await cache.get(key), device);
    if (known) return known;
    const trainingGflops = await client.call((worker) => worker.measure());
    const report = { ...device, trainingGflops, suggestedConcurrency: concurrencyOn(device) };
    await cache.set(key, { ...report });
    return report;
  } finally {
    client.terminate();
  }
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

/** Two trials keep a GPU busy while one of them validates or saves; a software device is busy with one. */
function concurrencyOn(device: WorkerDevice): number {
  return device.backend === "webgpu" && !device.software ? 2 : 1;
}
