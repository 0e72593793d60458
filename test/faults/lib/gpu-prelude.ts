/** What `gpuPrelude` leaves in a trial worker. */
export interface WorkerGpu {
  /** Every device the worker has asked for, the newest last. */
  readonly gpuDevices: GPUDevice[];
}

/** Done to a trial after one of its steps. `validation`: a command that the GPU refuses, of which only an
 *  `uncapturederror` event tells; the others put such numbers into all weights on the device. */
export interface StepFault {
  readonly trial: number;
  /** 1-based, counted over all epochs. */
  readonly step: number;
  readonly kind: "validation" | "nan" | "infinite" | "exploding";
}

export interface GpuFaults {
  /** Until then, in ms since 1970, there is no adapter. */
  readonly adapterFrom?: number;
  /** The device says it binds so many bytes, and has only WebGPU's least: 256 MiB a buffer, 128 MiB bound. */
  readonly claimedBytes?: number;
  readonly steps?: readonly StepFault[];
}

/** Makes a trial worker's GPU fail; see `beforeTrialWorkers`. */
export function gpuPrelude({ adapterFrom = 0, claimedBytes, steps = [] }: GpuFaults): void {
  const gpuDevices: GPUDevice[] = [];
  Object.assign(globalThis, { gpuDevices } satisfies WorkerGpu);
  const sizes = ["maxBufferSize", "maxStorageBufferBindingSize"];
  const { requestAdapter } = GPU.prototype;
  GPU.prototype.requestAdapter = function (options) {
    return Date.now() < adapterFrom ? Promise.resolve(null) : requestAdapter.call(this, options);
  };
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    const requiredLimits = { ...descriptor?.requiredLimits };
    if (claimedBytes !== undefined) for (const name of sizes) delete requiredLimits[name];
    const device = await requestDevice.call(this, { ...descriptor, requiredLimits });
    if (claimedBytes !== undefined) {
      const limits = new Proxy(device.limits, {
        get: (real, name) =>
          sizes.includes(String(name)) ? claimedBytes : (Reflect.get(real, name, real) as unknown),
      });
      Object.defineProperty(device, "limits", { value: limits });
    }
    gpuDevices.push(device);
    return device;
  };

  // Comlink's message that starts a trial, and the one by which the worker says that its steps begin. Before that kernels are
  // chosen; of the floats that went to buffers which are still there, the weights are the largest and come first.
  let trial = -1;
  let step: number | null = null;
  let floats: { buffer: GPUBuffer; offset: number; count: number }[] = [];
  let weights: (typeof floats)[number] | undefined;
  addEventListener("message", ({ data }: MessageEvent) => {
    if (data?.type !== "APPLY" || data.path?.[0] !== "train") return;
    trial = data.argumentList[0].value.trial;
    step = null;
    floats = [];
  });
  const { postMessage } = MessagePort.prototype;
  MessagePort.prototype.postMessage = function (data, ...rest: [never]) {
    const begins =
      data?.path?.[0] === "progress" && data.argumentList[0].value.phase === "training";
    if (begins && step === null) {
      step = 0;
      weights = floats.find(({ count }) => floats.every((other) => other.count <= count));
    }
    postMessage.call(this, data, ...rest);
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    floats = floats.filter(({ buffer }) => buffer !== this);
    destroy.call(this);
  };
  const { writeBuffer, onSubmittedWorkDone } = GPUQueue.prototype;
  GPUQueue.prototype.writeBuffer = function (
    buffer: GPUBuffer,
    offset: number,
    data: GPUAllowSharedBufferSource,
    ...range: number[]
  ) {
    if (data instanceof Float32Array && step === null)
      floats.push({ buffer, offset, count: data.length });
    writeBuffer.call(this, buffer, offset, data, ...range);
  };
  /** Every training step calls it once, and nothing else does meanwhile. */
  GPUQueue.prototype.onSubmittedWorkDone = function () {
    if (step !== null) step += 1;
    const fault = steps.find((one) => one.trial === trial && one.step === step);
    if (fault?.kind === "validation")
      gpuDevices.at(-1)!.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | 0x80 });
    else if (fault && weights) {
      const value = { nan: NaN, infinite: Infinity, exploding: 1e15 }[fault.kind];
      const numbers = Float32Array.from(
        { length: weights.count },
        (_, i) => value * Math.sin(i + 1),
      );
      writeBuffer.call(this, weights.buffer, weights.offset, numbers);
    }
    return onSubmittedWorkDone.call(this);
  };
}
