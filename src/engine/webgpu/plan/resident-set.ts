import { AppError } from "../../../core/errors.ts";
import { imageBytes } from "../../dataset-shape.ts";
import type { ImageSet } from "../../network-engine.ts";
import { word } from "../../../core/words/index.ts";

/** Images and labels on the GPU. Shared by all engines of a device; freed when the last one lets go. */
export interface ResidentSet {
  readonly count: number;
  /** Images as u32 words in one or several buffers. */
  readonly pieces: readonly GPUBuffer[];
  readonly imagesPerPiece: number;
  /** One u32 per image. */
  readonly labels: GPUBuffer;
  readonly bytes: number;
  release(): void;
}

interface Entry {
  readonly resident: Omit<ResidentSet, "release">;
  users: number;
}

const residents = new WeakMap<GPUDevice, Map<Uint8Array, Entry>>();

/** @throws AppError "gpu-memory" */
export async function holdImages(
  device: GPUDevice,
  set: ImageSet,
  maxBindingBytes: number,
): Promise<ResidentSet> {
  const pieces = Math.ceil(set.labels.length / imagesPerPieceOf(set, maxBindingBytes));
  if (pieces + otherBuffers > device.limits.maxStorageBuffersPerShaderStage)
    throw new AppError("gpu-memory", word("binds-too-little", { bytes: set.images.length }));
  let entries = residents.get(device);
  if (!entries) residents.set(device, (entries = new Map()));
  const held = entries;
  let entry = held.get(set.images);
  if (!entry) {
    device.pushErrorScope("out-of-memory");
    const resident = upload(device, set, maxBindingBytes);
    entry = { resident, users: 0 };
    held.set(set.images, entry);
    const error = await device.popErrorScope();
    if (error) {
      free(held, set.images, entry);
      throw new AppError("gpu-memory", word("no-room-for-images", { bytes: resident.bytes }));
    }
  }
  const taken = entry;
  taken.users += 1;
  let released = false;
  return {
    ...taken.resident,
    release() {
      if (released) return;
      released = true;
      if (--taken.users === 0) free(held, set.images, taken);
    },
  };
}

function free(entries: Map<Uint8Array, Entry>, key: Uint8Array, { resident }: Entry): void {
  if (entries.get(key)?.resident === resident) entries.delete(key);
  for (const piece of resident.pieces) piece.destroy();
  resident.labels.destroy();
}

function upload(
  device: GPUDevice,
  { images, labels, shape }: ImageSet,
  maxBindingBytes: number,
): Omit<ResidentSet, "release"> {
  const count = labels.length;
  const size = imageBytes(shape);
  const imagesPerPiece = imagesPerPieceOf({ labels, shape }, maxBindingBytes);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const pieces: GPUBuffer[] = [];
  for (let first = 0; first < count; first += imagesPerPiece) {
    const bytes = Math.min(imagesPerPiece, count - first) * size;
    const buffer = device.createBuffer({ size: wholeWords(bytes), usage });
    writeBytes(device.queue, buffer, images.subarray(first * size, first * size + bytes));
    pieces.push(buffer);
  }
  const labelBuffer = device.createBuffer({ size: Math.max(4, count * 4), usage });
  device.queue.writeBuffer(labelBuffer, 0, Uint32Array.from(labels));
  const bytes = count * (size + 4);
  return { count, pieces, imagesPerPiece, labels: labelBuffer, bytes };
}

/** What the kernel that makes a batch binds besides the pieces: the order, the labels, the batch and its labels. */
const otherBuffers = 4;

/** The last word of a piece may be filled up. */
const imagesPerPieceOf = (
  { labels, shape }: Pick<ImageSet, "labels" | "shape">,
  maxBindingBytes: number,
): number =>
  Math.max(1, Math.min(labels.length, Math.floor((maxBindingBytes - 3) / imageBytes(shape))));

/** Buffers and what is written to them are whole words. */
export const wholeWords = (bytes: number): number => 4 * Math.ceil(bytes / 4);

/** Writes bytes to the beginning of a buffer; what fills up the last word means nothing. */
export function writeBytes(queue: GPUQueue, buffer: GPUBuffer, bytes: Uint8Array): void {
  const even = 4 * Math.floor(bytes.length / 4);
  queue.writeBuffer(buffer, 0, bytes.subarray(0, even) as Uint8Array<ArrayBuffer>);
  if (even === bytes.length) return;
  const last = new Uint8Array(4);
  last.set(bytes.subarray(even));
  queue.writeBuffer(buffer, even, last);
}
