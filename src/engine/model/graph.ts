/** A network as data: a topologically ordered list of typed nodes. Activations are NHWC, filters named and laid out as in
 *  PyTorch's state_dict when they leave an engine. */
export interface Graph {
  readonly name: string;
  readonly input: ImageShape;
  readonly classes: number;
  /** nodes[i].id === i; inputs refer to smaller ids; node 0 is the input; the last node gives the logits [batch, classes]. */
  readonly nodes: readonly GraphNode[];
}

export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface Padding {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

interface NodeBase {
  readonly id: number;
  /** state_dict prefix for nodes with weights (`layer1.0.conv1`), else a unique readable name. */
  readonly name: string;
  readonly inputs: readonly number[];
}

export type GraphNode = NodeBase &
  (
    | { readonly op: "input" }
    | {
        readonly op: "conv";
        readonly outChannels: number;
        readonly kernel: readonly [height: number, width: number];
        readonly stride: readonly [height: number, width: number];
        readonly padding: Padding;
        readonly groups: number;
        readonly bias: boolean;
      }
    /** Batch statistics in training, running ones in evaluation; momentum as in PyTorch (0.1), unbiased running variance. */
    | { readonly op: "batch-norm"; readonly eps: number; readonly momentum: number }
    | { readonly op: "relu" }
    | { readonly op: "silu" }
    | { readonly op: "add" }
    | { readonly op: "concat" }
    | {
        readonly op: "max-pool" | "average-pool";
        readonly kernel: readonly [height: number, width: number];
        readonly stride: readonly [height: number, width: number];
        readonly padding: Padding;
      }
    | { readonly op: "global-average-pool" }
    | { readonly op: "dense"; readonly outFeatures: number; readonly bias: boolean }
    | { readonly op: "dropout"; readonly rate: number }
    | { readonly op: "identity" }
  );
