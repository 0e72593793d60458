import type { AnyNode } from "../model/node.ts";
import { dropoutThreshold, drawPurpose, drawUint32 } from "../training/draws.ts";
import { dropout as dropoutKernel } from "../webgpu/kernels/elementwise.ts";
import type { Value } from "../webgpu/plan/plan-context.ts";
import { runQuads } from "../webgpu/values.ts";
import { defineOperation, type TrainingPass } from "./operation.ts";
import { word } from "../../core/words/index.ts";

/** Sets values to zero with probability `rate` in [0, 1) and divides the others by 1 - rate, in training only. Which ones is drawn
 *  from (seed, steps done, index, node), the same in all engines. */
export interface Dropout extends AnyNode {
  readonly op: "dropout";
  readonly rate: number;
}

/** Another name of its input in evaluation. What is dropped derives from the seed and the step: a checkpoint continues exactly. */
export const dropout = defineOperation<Dropout>({
  op: "dropout",
  shape({ node, input, refuse }) {
    if (!(node.rate >= 0 && node.rate < 1)) throw refuse(word("dropout-rate", { rate: node.rate }));
    return input;
  },
  isName: ({ rate }, training) => rate === 0 || !training,
  reference({ tf, node, x, training }) {
    if (!training || node.rate === 0) return x;
    return tf.mul(x, tf.tensor(dropoutMask(node, x.size, training), [...x.shape]));
  },
  webgpu: {
    kind: "kernels",
    forward({ context, node, x, y }) {
      const kernel = dropoutKernel(false, context.real);
      const params = dropoutParams(node, y);
      runQuads({ context, node }, { kernel, buffers: [x, y, "step"], params, over: y });
    },
    // The mask is drawn again.
    gradient({ context, node, dy, into }) {
      const target = into(0);
      if (!target) return;
      const { value: dx, add } = target;
      runQuads(
        { context, node },
        {
          label: `${node.name} gradient`,
          kernel: dropoutKernel(add, context.real),
          buffers: [dy, dx, "step"],
          params: dropoutParams(node, dx),
          over: dx,
        },
      );
    },
  },
});

const dropoutParams = (
  { id, rate }: Dropout,
  { channels, pitch }: Value,
): Readonly<Record<string, number>> => ({
  channels,
  c4: pitch / 4,
  purpose: drawPurpose.dropout + id,
  threshold: dropoutThreshold(rate),
  factor: 1 / (1 - rate),
});

function dropoutMask(
  { id, rate }: Dropout,
  length: number,
  { seed, step }: TrainingPass,
): Float32Array {
  const threshold = dropoutThreshold(rate);
  const scale = 1 / (1 - rate);
  return Float32Array.from({ length }, (_, i) =>
    drawUint32(seed, step, i, drawPurpose.dropout + id) < threshold ? 0 : scale,
  );
}
