import type { AnyGraph } from "../../model/node.ts";
import { inferShapes } from "../../model/shapes.ts";
import { convFlops, smallFlops, type KernelFamily } from "../conv/conv-shape.ts";
import { convShapeOf, geometryOf } from "../lowering/geometry.ts";
import { deviceSpeed } from "./device-speed.ts";

/** No dispatch is to take longer, roughly. */
const longestMs = 50;

/** Work of the longest dispatch that this device is given; the device is only asked when a network has large ones. */
export async function dispatchLimit(
  gpu: GPUDevice,
  family: KernelFamily,
  graph: AnyGraph,
  batch: number,
): Promise<number> {
  const shapes = inferShapes(graph);
  const large = graph.nodes.some((node) => {
    const geometry = geometryOf(node);
    return geometry && convFlops(convShapeOf({ shapes, batch }, node, geometry)) > smallFlops;
  });
  return large ? Math.max(smallFlops, longestMs * (await deviceSpeed(gpu, family))) : Infinity;
}
