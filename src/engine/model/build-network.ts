import type { DatasetShape } from "../dataset-shape.ts";
import type { Graph } from "./graph.ts";
import { resnet, type ResnetOptions } from "./resnet.ts";

/** The network of a trial for a data set's images and classes. */
export function buildNetwork(
  network: ResnetOptions,
  { height, width, channels, classes }: DatasetShape,
): Graph {
  return resnet({ ...network, classes: classes.length }, { height, width, channels });
}
