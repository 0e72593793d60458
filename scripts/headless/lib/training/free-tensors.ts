import * as tf from "@tensorflow/tfjs-core";

/** TensorFlow.js keeps the buffers of released tensors for ever and shares them among all models: gives them back to the GPU. */
export function dropFreeTensors(): void {
  const { bufferManager } = tf.backend() as unknown as { bufferManager?: BufferManager };
  if (!bufferManager) return;
  for (const [key, buffers] of bufferManager.freeBuffers) {
    for (const buffer of buffers) {
      bufferManager.numBytesAllocated -= buffer.size;
      buffer.destroy();
    }
    bufferManager.numFreeBuffers -= buffers.length;
    bufferManager.freeBuffers.set(key, []);
  }
}

/** The parts of tfjs-backend-webgpu's class that its types keep private. */
interface BufferManager {
  readonly freeBuffers: Map<string, GPUBuffer[]>;
  numFreeBuffers: number;
  numBytesAllocated: number;
}
