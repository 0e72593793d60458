import type { WeightSpec } from "../../model/weight-spec.ts";

/** Where one tensor of the state_dict lies in GPU memory. Filters and matrices lie [kh, kw, in/groups, out], channel counts
 *  padded to multiples of 4 with zeros, which every kernel and every optimizer keeps zero. */
export interface PlacedTensor {
  readonly spec: WeightSpec;
  /** Segment of the flat buffers; each segment fits one binding. */
  readonly segment: number;
  /** In floats from the start of its segment, a multiple of 128. */
  readonly offset: number;
  /** Floats taken, a multiple of 128. */
  readonly floats: number;
  readonly inputs: number;
  readonly paddedInputs: number;
  readonly paddedOutputs: number;
}

/** Where every weight lies in the flat buffers. */
export interface ParameterLayout {
  readonly trainable: readonly PlacedTensor[];
  /** Running means and variances, a norm's two next to each other, one flat buffer. */
  readonly running: readonly PlacedTensor[];
  /** Floats of each segment of the trainable tensors. */
  readonly segments: readonly number[];
  readonly runningFloats: number;
  readonly byName: ReadonlyMap<string, PlacedTensor>;
}
