/** What `gpuPrelude` leaves in a trial worker. */
export interface WorkerGpu {
  /** Every device the worker has asked for, the newest last. */
  readonly gpuDevices: GPUDevice[];
}

/** Remembers a trial worker's devices, so that a fault can be done to them; see `beforeTrialWorkers`.
 *  @param adapterFrom until then, in ms since 1970, there is no adapter */
export function gpuPrelude({ adapterFrom }: { readonly adapterFrom: number }): void {
  const gpuDevices: GPUDevice[] = [];
  Object.assign(globalThis, { gpuDevices } satisfies WorkerGpu);
  const requestDevice = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    const device = await requestDevice.call(this, descriptor);
    gpuDevices.push(device);
    return device;
  };
  const requestAdapter = GPU.prototype.requestAdapter;
  GPU.prototype.requestAdapter = function (options) {
    return Date.now() < adapterFrom ? Promise.resolve(null) : requestAdapter.call(this, options);
  };
}
