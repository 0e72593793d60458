import type { ConvShape, KernelFamily, Real } from "./conv-shape.ts";
import type { ConvEnding } from "../kernels/conv-ending.ts";
import type { Dispatch } from "../program.ts";

/** A kernel with its parameters and grid; the buffers are the caller's. */
export type Call = Pick<Dispatch, "kernel" | "params" | "grid" | "flops">;

/** What of a convolution is computed: its result, or one of its two gradients. */
export type ConvDirection = "forward" | "input-gradient" | "filter-gradient";

/** What kernels a device takes, and which of them are to be used. */
export interface ConvContext {
  readonly family: KernelFamily;
  readonly real: Real;
  /** Name of the variant to use; unknown names and undefined mean the default. */
  readonly choice?:
    ((direction: ConvDirection, shape: ConvShape) => string | undefined) | undefined;
}

/** What a call binds: an operand (x and w forward, dy and w towards the input, x and dy for the filter), the bias, the ending's
 *  addend, the result, its tiles' moments, or one of the variant's workspaces by index. */
export type ConvBuffer = "first" | "second" | "bias" | "addend" | "result" | "moments" | number;

/** A call with what it binds, in the kernel's order. */
export interface ConvCall extends Call {
  readonly buffers: readonly ConvBuffer[];
}

/** What a convolution does besides multiplying. */
export interface ConvOptions {
  /** Forward only: adds a bias. */
  readonly bias?: boolean;
  /** Forward only, and only for variants that take one: what is done to the sums before they are stored. */
  readonly ending?: ConvEnding;
  /** Forward only, and only for variants with `momentRows`: also writes mean and sum of squared deviations from it of every tile of
   *  so many rows of the result, the last of what is left, [tiles, 2, outputs] in f32. */
  readonly moments?: boolean;
  /** Input gradient only: adds to what is there. */
  readonly accumulate?: boolean;
  /** Filter gradient only: copies that the optimizer adds up, and the floats from one to the next. */
  readonly parts?: number;
  readonly partFloats?: number;
}

/** One way to compute one direction of a convolution. */
export interface ConvVariant {
  /** Unique among the variants of a direction; stable, so that a measured choice can be kept. */
  readonly name: string;
  /** Bytes of memory that lives while its calls run. */
  readonly workspaces: readonly number[];
  /** Copies of the filter gradient that it would make; fewer are slower, never wrong. 1 for the other directions. */
  readonly parts: number;
  /** True where `ConvOptions.ending` is heeded. */
  readonly takesEnding?: boolean;
  /** Rows of the tiles of `ConvOptions.moments`; absent where that is not heeded. */
  readonly momentRows?: number;
  /** The dispatches, in order; their `flops` together are the convolution's useful ones. */
  calls(options: ConvOptions): readonly ConvCall[];
}
