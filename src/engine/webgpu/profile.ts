import { AppError } from "../../core/errors.ts";
import { readBuffer, type Recorded } from "./device-program.ts";
import { word } from "../../core/words/index.ts";

/** One dispatch of a step as it was timed. */
export interface DispatchTime {
  /** What it computes, e.g. `layer1.0.conv1 filter gradient`. */
  readonly label: string;
  /** Which kernel does it. */
  readonly kernel: string;
  /** Median over the repetitions. */
  readonly ms: number;
  /** Useful floating-point operations, 0 where the work is moving memory. */
  readonly flops: number;
  /** Bytes of everything it binds, each buffer once. */
  readonly bytes: number;
}

/** Times calls one by one with timestamp queries, each in a compute pass of its own: what overlaps in a real step does not here.
 *  @param before called before each repetition
 *  @returns one entry per call, in order
 *  @throws AppError "gpu-unavailable" where the device has no timestamp queries */
export async function timeCalls(
  gpu: GPUDevice,
  calls: readonly Recorded[],
  repetitions: number,
  before: () => void = () => {},
): Promise<readonly DispatchTime[]> {
  if (!gpu.features.has("timestamp-query"))
    throw new AppError("gpu-unavailable", word("no-timestamps"));
  const count = 2 * calls.length;
  const querySet = gpu.createQuerySet({ type: "timestamp", count });
  const resolved = gpu.createBuffer({
    size: 8 * count,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  const times: number[][] = calls.map(() => []);
  try {
    for (let repetition = 0; repetition < repetitions; repetition++) {
      before();
      const encoder = gpu.createCommandEncoder();
      calls.forEach(({ pipeline, group, grid }, i) => {
        const pass = encoder.beginComputePass({
          timestampWrites: {
            querySet,
            beginningOfPassWriteIndex: 2 * i,
            endOfPassWriteIndex: 2 * i + 1,
          },
        });
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(...grid);
        pass.end();
      });
      encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
      gpu.queue.submit([encoder.finish()]);
      const ns = new BigUint64Array(await readBuffer(gpu, resolved, 0, 8 * count));
      // Timestamps may go backwards when a GPU changes its clock.
      times.forEach((list, i) => list.push(Math.max(0, Number(ns[2 * i + 1]! - ns[2 * i]!)) / 1e6));
    }
  } finally {
    querySet.destroy();
    resolved.destroy();
  }
  return calls.map(({ dispatch }, i) => ({
    label: dispatch.label,
    kernel: dispatch.kernel.name,
    ms: median(times[i]!),
    flops: dispatch.flops,
    bytes: dispatch.buffers.reduce((sum, slice) => sum + (slice === "step" ? 0 : slice.bytes), 0),
  }));
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
