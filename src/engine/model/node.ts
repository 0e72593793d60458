/** One value of a network and how it comes about, whatever its operation; `model/graph.ts` has the union of those there are. */
export interface AnyNode {
  readonly id: number;
  /** state_dict prefix for nodes with weights (`layer1.0.conv1`), else a unique readable name. */
  readonly name: string;
  readonly inputs: readonly number[];
  readonly op: string;
}

/** A graph as operations see it: without the union of nodes, which is made of them. */
export interface AnyGraph {
  readonly name: string;
  readonly input: ImageShape;
  readonly classes: number;
  readonly nodes: readonly AnyNode[];
}

/** In pixels. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Height first, width second. */
export type Pair = readonly [height: number, width: number];

/** In pixels on each side. */
export interface Padding {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Shape of one image's activation; features are an image of 1x1 that a dense layer takes. */
export type NodeShape =
  | ({ readonly kind: "image" } & ImageShape)
  | { readonly kind: "features"; readonly features: number };

/** Number of values of one image's activation. */
export function sizeOf(shape: NodeShape): number {
  return shape.kind === "features" ? shape.features : shape.height * shape.width * shape.channels;
}

/** Channels of an image, or the features. */
export function channelsOf(shape: NodeShape): number {
  return shape.kind === "features" ? shape.features : shape.channels;
}

/** Height and width of an image; features have one pixel. */
export function pixelsOf(shape: NodeShape): Pair {
  return shape.kind === "features" ? [1, 1] : [shape.height, shape.width];
}

/** Where a kernel slides over an image. */
export interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
}
