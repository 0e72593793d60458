import { AppError } from "../../core/errors.ts";
import type { Operation } from "../ops/operation.ts";
import type { Graph, GraphNode, ImageShape, Padding } from "./graph.ts";
import type { AnyNode, Pair } from "./node.ts";
import { word } from "../../core/words/index.ts";

/** What one node adds to its name and inputs. */
type NodeOperation = GraphNode extends infer N
  ? N extends GraphNode
    ? Omit<N, "id" | "name" | "inputs">
    : never
  : never;

/** Pairs are [height, width]. Defaults: kernel 3, stride 1, no dilation, one group, no bias. */
export interface ConvOptions {
  readonly kernel?: number | readonly [number, number];
  readonly stride?: number | readonly [number, number];
  /** A number pads all sides; the default keeps the size at stride 1, extra padding right and bottom. */
  readonly padding?: number | Padding;
  readonly dilation?: number | readonly [number, number];
  readonly groups?: number;
  readonly bias?: boolean;
}

/** Pairs are [height, width]. */
export interface PoolOptions {
  readonly kernel: number | readonly [number, number];
  readonly stride?: number | readonly [number, number];
  readonly padding?: number | Padding;
  /** Of average pools: padding counts as zeros (the default), or not at all. */
  readonly countPadding?: boolean;
}

/** What a batch norm may differ in. */
export interface BatchNormOptions {
  /** Default: with a scale and a shift. */
  readonly affine?: boolean;
}

/** Writes a graph node by node; every method returns the id of the new node. */
export class GraphBuilder {
  readonly #nodes: GraphNode[] = [{ id: 0, name: "input", inputs: [], op: "input" }];
  readonly #names = new Set(["input"]);

  constructor(
    readonly name: string,
    readonly input: ImageShape,
    readonly classes: number,
  ) {}

  conv(input: number, name: string, outChannels: number, options: ConvOptions = {}): number {
    const kernel = pair(options.kernel ?? 3);
    const dilation = pair(options.dilation ?? 1);
    return this.add(name, [input], {
      op: "conv",
      outChannels,
      kernel,
      stride: pair(options.stride ?? 1),
      padding: paddingOf(options.padding ?? samePadding(kernel, dilation)),
      dilation,
      groups: options.groups ?? 1,
      bias: options.bias ?? false,
    });
  }

  batchNorm(input: number, name: string, { affine = true }: BatchNormOptions = {}): number {
    return this.add(name, [input], { op: "batch-norm", eps: 1e-5, momentum: 0.1, affine });
  }

  relu(input: number, name: string): number {
    return this.add(name, [input], { op: "relu" });
  }

  silu(input: number, name: string): number {
    return this.add(name, [input], { op: "silu" });
  }

  sum(inputs: readonly number[], name: string): number {
    return this.add(name, inputs, { op: "add" });
  }

  concat(inputs: readonly number[], name: string): number {
    return this.add(name, inputs, { op: "concat" });
  }

  pool(input: number, name: string, kind: "max" | "average", options: PoolOptions): number {
    const kernel = pair(options.kernel);
    const stride = pair(options.stride ?? kernel);
    const window = { kernel, stride, padding: paddingOf(options.padding ?? 0) };
    return kind === "max"
      ? this.add(name, [input], { op: "max-pool", ...window })
      : this.add(name, [input], {
          op: "average-pool",
          ...window,
          countPadding: options.countPadding ?? true,
        });
  }

  /** @param keepsSides the result is an image of one pixel, for convolutions, not features */
  globalAveragePool(input: number, name: string, keepsSides = false): number {
    return this.add(name, [input], {
      op: "global-average-pool",
      ...(keepsSides ? { keepsSides } : {}),
    });
  }

  dense(input: number, name: string, outFeatures: number, bias = true): number {
    return this.add(name, [input], { op: "dense", outFeatures, bias });
  }

  dropout(input: number, name: string, rate: number): number {
    return this.add(name, [input], { op: "dropout", rate });
  }

  identity(input: number, name: string): number {
    return this.add(name, [input], { op: "identity" });
  }

  build(): Graph {
    const { name, input, classes } = this;
    return { name, input, classes, nodes: [...this.#nodes] };
  }

  /** Appends a node of any operation in the table. */
  add(name: string, inputs: readonly number[], operation: NodeOperation): number {
    return this.#append({ id: this.#nodes.length, name, inputs: [...inputs], ...operation });
  }

  /** Appends a node of an operation that was registered from outside the table. */
  addOf<N extends AnyNode>(
    { op }: Operation<N>,
    name: string,
    inputs: readonly number[],
    attributes: Omit<N, keyof AnyNode>,
  ): number {
    const node = { id: this.#nodes.length, name, inputs: [...inputs], ...attributes, op };
    // The union of nodes knows the table alone; whatever reads a graph asks for a node's operation by its name.
    return this.#append(node as AnyNode as GraphNode);
  }

  #append(node: GraphNode): number {
    const { id, name } = node;
    if (this.#names.has(name))
      throw new AppError("network-invalid", word("two-nodes", { node: name }), { node: name });
    this.#names.add(name);
    this.#nodes.push(node);
    return id;
  }
}

/** Keeps the size at stride 1; the odd pixel of even kernels goes right and bottom. */
export function samePadding(kernel: Pair, dilation: Pair = [1, 1]): Padding {
  const [height, width] = [(kernel[0] - 1) * dilation[0], (kernel[1] - 1) * dilation[1]];
  const [top, left] = [Math.floor(height / 2), Math.floor(width / 2)];
  return { top, bottom: height - top, left, right: width - left };
}

const pair = (value: number | readonly [number, number]): readonly [number, number] =>
  typeof value === "number" ? [value, value] : value;

const paddingOf = (value: number | Padding): Padding =>
  typeof value === "number" ? { top: value, bottom: value, left: value, right: value } : value;
