/** A convolution on padded NHWC activations; channel counts are multiples of 4, filters [kh, kw, in, out]. */
export interface ConvShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outputs: number;
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [height: number, width: number];
  /** Rows above and columns left of the image; what is missing below and right follows from the output size. */
  readonly padding: readonly [top: number, left: number];
}

/** How a kernel shares operands between threads.
 *  `workgroup`: tiles in workgroup memory, for GPUs. `subgroup`: register tiles, one subgroup per workgroup, operands
 *  broadcast between its lanes; software adapters run barriers slowly but broadcasts fast (three times the register tile on
 *  lavapipe and 1.4 times on SwiftShader for a plain matrix product). `register`: register tiles alone, where the subgroup
 *  size is not fixed. */
export type KernelFamily =
  | { readonly kind: "workgroup" }
  | { readonly kind: "subgroup"; readonly lanes: number }
  | { readonly kind: "register"; readonly lanes: number };

/** Storage type of activations and weights; sums are always f32. */
export type Real = "f32" | "f16";

/** Multiply-accumulates of one direction, times 2. */
export const convFlops = (s: ConvShape): number =>
  2 * s.batch * s.outHeight * s.outWidth * s.outputs * s.inputs * s.kernel[0] * s.kernel[1];

/** Work that every device does within about 50 ms, in floating-point operations: never cut into several dispatches. */
export const smallFlops = 0.25e9;

/** Channels are stored in groups of four. */
export const padChannels = (channels: number): number => Math.ceil(channels / 4) * 4;
