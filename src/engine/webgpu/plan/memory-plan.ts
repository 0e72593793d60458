import type { Dispatch, Region } from "../program.ts";

/** Which buffer each region lies in. A buffer holds one region at a time, from offset 0. */
export interface Placement {
  /** Bytes of every buffer to create. */
  readonly buffers: readonly number[];
  /** Buffer index by region id; -1 for regions nothing uses. */
  readonly bufferOf: readonly number[];
  readonly totalBytes: number;
}

/** Places regions by lifetime: the largest first, each into the smallest buffer that is free during its life.
 *  Buffers rather than one arena, because WebGPU forbids reading and writing one buffer in the same dispatch.
 *  @param sequence all dispatches in time order; plans that never run at the same time are simply put one after the other */
export function placeRegions(regions: readonly Region[], sequence: readonly Dispatch[]): Placement {
  const first = regions.map(() => Infinity);
  const last = regions.map(() => -1);
  sequence.forEach((dispatch, time) => {
    for (const slice of dispatch.buffers) {
      if (slice === "step") continue;
      const id = slice.region.id;
      first[id] = Math.min(first[id]!, time);
      last[id] = Math.max(last[id]!, time);
    }
  });
  const buffers: { bytes: number; pinned: boolean; lives: [from: number, to: number][] }[] = [];
  const bufferOf = regions.map(() => -1);
  for (const region of [...regions].sort((a, b) => b.bytes - a.bytes || a.id - b.id)) {
    const [from, to] = [first[region.id]!, last[region.id]!];
    if (!region.pinned && to < 0) continue;
    let index = -1;
    if (!region.pinned)
      // Sorted by size, so the last fitting buffer is the tightest.
      index = buffers.findLastIndex(
        (buffer) => !buffer.pinned && buffer.lives.every(([a, b]) => to < a || from > b),
      );
    if (index < 0) {
      index = buffers.length;
      buffers.push({ bytes: region.bytes, pinned: region.pinned, lives: [] });
    }
    buffers[index]!.lives.push([from, to]);
    bufferOf[region.id] = index;
  }
  const sizes = buffers.map((buffer) => buffer.bytes);
  return { buffers: sizes, bufferOf, totalBytes: sizes.reduce((a, b) => a + b, 0) };
}
