import type { EngineOptions } from "../../network-engine.ts";
import { stepBlockBytes } from "../kernel.ts";
import { stepScales } from "../kernels/optimizer.ts";

/** The few bytes that change from step to step. */
export class StepBlock {
  readonly #data = new DataView(new ArrayBuffer(stepBlockBytes));

  constructor(
    readonly gpu: GPUDevice,
    readonly buffer: GPUBuffer,
    readonly options: EngineOptions,
  ) {}

  /** @param first position of the batch in the epoch's order @param done optimizer steps before this one */
  write(rate: number, epoch: number, first: number, done: number): void {
    const data = this.#data;
    const [scale1, scale2] = stepScales(this.options.optimizer, rate, done + 1);
    [rate, scale1, scale2].forEach((value, i) => data.setFloat32(4 * i, value, true));
    [this.options.seed, epoch, first, done].forEach((value, i) =>
      data.setUint32(16 + 4 * i, value, true),
    );
    this.gpu.queue.writeBuffer(this.buffer, 0, data.buffer as ArrayBuffer);
  }
}
