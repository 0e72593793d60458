import type { Kernel } from "./kernel.ts";

/** A piece of GPU memory that the plan knows before it exists. `pinned` ones live as long as the engine; the others share
 *  memory by lifetime. */
export interface Region {
  readonly id: number;
  readonly label: string;
  readonly bytes: number;
  readonly pinned: boolean;
}

/** A part of a region; `offset` is a multiple of 256. */
export interface Slice {
  readonly region: Region;
  readonly offset: number;
  readonly bytes: number;
}

/** One kernel call, complete but for the real buffers. */
export interface Dispatch {
  readonly label: string;
  readonly kernel: Kernel;
  /** One per `kernel.access` entry, `"step"` for the step block. */
  readonly buffers: readonly (Slice | "step")[];
  /** Values of the uniform block. */
  readonly params: Readonly<Record<string, number>>;
  readonly grid: readonly [number, number, number];
  /** Useful floating-point operations, for reports. */
  readonly flops: number;
}

/** Collects regions and dispatches in the order in which they will run. */
export class ProgramWriter {
  readonly regions: Region[] = [];
  readonly dispatches: Dispatch[] = [];

  region(label: string, bytes: number, pinned = false): Region {
    const region = { id: this.regions.length, label, bytes: align(bytes), pinned };
    this.regions.push(region);
    return region;
  }

  whole(label: string, bytes: number, pinned = false): Slice {
    return wholeOf(this.region(label, bytes, pinned));
  }

  run(dispatch: Omit<Dispatch, "flops"> & { readonly flops?: number }): void {
    if (dispatch.buffers.length !== dispatch.kernel.access.length)
      throw new Error(
        `${dispatch.label}: expected ${dispatch.kernel.access.length} buffers, got ${dispatch.buffers.length}`,
      );
    for (const field of dispatch.kernel.params) {
      const name = field.split(":")[0]!;
      if (!Number.isFinite(dispatch.params[name]))
        throw new Error(`${dispatch.label}: parameter ${name} is ${dispatch.params[name]}`);
    }
    this.dispatches.push({ flops: 0, ...dispatch });
  }
}

/** All of a region. */
export const wholeOf = (region: Region): Slice => ({ region, offset: 0, bytes: region.bytes });

/** Storage bindings start at multiples of 256 bytes. */
export const align = (bytes: number, to = 256): number => Math.ceil(Math.max(bytes, 4) / to) * to;
