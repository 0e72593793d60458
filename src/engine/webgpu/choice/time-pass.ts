import { readBuffer, record, type Recorded } from "../device-program.ts";

/** Times `repetitions` of some calls in one compute pass, with timestamp queries where the device has them.
 *  @returns milliseconds of one repetition
 *  @throws the validation error of a driver that does not take them */
export async function timePass(
  gpu: GPUDevice,
  calls: readonly Recorded[],
  repetitions: number,
): Promise<number> {
  const exact = gpu.features.has("timestamp-query");
  const querySet = exact ? gpu.createQuerySet({ type: "timestamp", count: 2 }) : null;
  const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
  const resolved = exact ? gpu.createBuffer({ size: 16, usage }) : null;
  try {
    gpu.pushErrorScope("validation");
    const encoder = gpu.createCommandEncoder();
    const pass = encoder.beginComputePass(
      querySet
        ? {
            timestampWrites: {
              querySet,
              beginningOfPassWriteIndex: 0,
              endOfPassWriteIndex: 1,
            },
          }
        : {},
    );
    for (let i = 0; i < repetitions; i++) record(pass, calls);
    pass.end();
    if (querySet && resolved) encoder.resolveQuerySet(querySet, 0, 2, resolved, 0);
    const began = performance.now();
    gpu.queue.submit([encoder.finish()]);
    const error = await gpu.popErrorScope();
    if (error) throw new Error(error.message);
    if (!resolved) {
      await gpu.queue.onSubmittedWorkDone();
      return (performance.now() - began) / repetitions;
    }
    const [start, end] = new BigUint64Array(await readBuffer(gpu, resolved, 0, 16));
    return Number(end! - start!) / 1e6 / repetitions;
  } finally {
    querySet?.destroy();
    resolved?.destroy();
  }
}
