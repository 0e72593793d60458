/** One tensor that a node owns, without the node's name. */
export interface OwnWeight {
  /** PyTorch's name within the module, e.g. `weight`. */
  readonly suffix: string;
  readonly role: "weight" | "bias" | "gamma" | "beta" | "running-mean" | "running-var";
  /** PyTorch's layout: conv [out, in/groups, kh, kw], dense [out, in], others [channels]. */
  readonly shape: readonly number[];
  /** Statistics are updated by the forward pass, everything else by the optimizer. */
  readonly trainable: boolean;
  /** Inputs per output of the layer; decides the range of initial weights. */
  readonly fanIn: number;
}

/** One entry of the state_dict. */
export interface WeightSpec extends Omit<OwnWeight, "suffix"> {
  /** PyTorch's name, e.g. `layer1.0.conv1.weight`. */
  readonly name: string;
  readonly node: number;
}

/** Number of values in a tensor of this shape. */
export const elementCount = (shape: readonly number[]): number =>
  shape.reduce((product, length) => product * length, 1);
