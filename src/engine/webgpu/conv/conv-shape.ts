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
 *  `workgroup`: tiles in workgroup memory, for GPUs, some of which have units for products of small matrices. `subgroup`:
 *  register tiles, one subgroup per workgroup, operands broadcast between its lanes; software adapters run barriers slowly but
 *  broadcasts fast (three times the register tile on lavapipe and 1.4 times on SwiftShader for a plain matrix product).
 *  `register`: register tiles alone, where the subgroup size is not fixed. */
export type KernelFamily =
  | { readonly kind: "workgroup"; readonly matrices?: MatrixUnits }
  | { readonly kind: "subgroup"; readonly lanes: number }
  | { readonly kind: "register"; readonly lanes: number };

/** A device's unit for products of small matrices – tensor cores – as WGSL shows it: subgroups of `lanes` threads add
 *  [rows, inner] · [inner, columns] of `operand` values to sums in f32. */
export interface MatrixUnit {
  readonly operand: Real;
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly lanes: number;
}

/** By what activations and weights are stored in. */
export type MatrixUnits = Readonly<Partial<Record<Real, MatrixUnit>>>;

/** Storage type of activations and weights; sums are always f32. */
export type Real = "f32" | "f16";

/** Multiply-accumulates of one direction, times 2. */
export const convFlops = (s: ConvShape): number =>
  2 * s.batch * s.outHeight * s.outWidth * s.outputs * s.inputs * s.kernel[0] * s.kernel[1];

/** Work that every device does within about 50 ms, in floating-point operations: never cut into several dispatches. */
export const smallFlops = 0.25e9;

/** Larger operands are not transformed for Winograd's algorithm: they would cost more memory than the time is worth. */
export const mostTransformedBytes = 64 * 2 ** 20;

/** Channels are stored in groups of four. */
export const padChannels = (channels: number): number => Math.ceil(channels / 4) * 4;

/** Products of `count` pairs of matrices, each of `inner` products a sum. */
export interface Products {
  readonly count: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** A matrix product as a convolution of one tap on an image of one line. */
export const matrixShape = (rows: number, inner: number, columns: number): ConvShape => ({
  batch: 1,
  height: 1,
  width: rows,
  inputs: inner,
  outHeight: 1,
  outWidth: rows,
  outputs: columns,
  kernel: [1, 1],
  stride: [1, 1],
  padding: [0, 0],
});

/** Filter, stride and padding as kernels' parameters. */
export const tapParams = (
  s: ConvShape,
): { kh: number; kw: number; sh: number; sw: number; pt: number; pl: number } => ({
  kh: s.kernel[0],
  kw: s.kernel[1],
  sh: s.stride[0],
  sw: s.stride[1],
  pt: s.padding[0],
  pl: s.padding[1],
});
