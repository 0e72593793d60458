import type { AnyGraph } from "../../model/node.ts";
import { inferShapes } from "../../model/shapes.ts";
import { usedSlots } from "../../training/optimizer-slots.ts";
import { fuse } from "./fusion.ts";
import { addersOf } from "../kernels/add-up.ts";
import { softmax, softmaxLoss } from "../kernels/loss.ts";
import { lowerBackward } from "../lowering/backward.ts";
import { lowerForward } from "../lowering/forward.ts";
import { lowerFolding, lowerInference } from "../lowering/inference.ts";
import { GradientStore, lowerOptimizer } from "../lowering/optimizer.ts";
import type { NetworkPlan, PlanContext, PlanOptions, Value } from "./plan-context.ts";
import { valueOf } from "./plan-context.ts";
import { layoutParameters } from "./parameter-layout.ts";
import { ProgramWriter, type Dispatch, type Slice } from "../program.ts";

/** Compiles a graph for a batch size. Pure: the same arguments give the same plan.
 *  @throws AppError "network-invalid" when the graph does not fit together */
export function planNetwork(graph: AnyGraph, options: PlanOptions): NetworkPlan {
  const writer = new ProgramWriter();
  const layout = layoutParameters(graph, Math.floor(options.maxBindingBytes / 4));
  const flat = (name: string, bytesPerValue = 4): Slice[] =>
    layout.segments.map((floats, i) =>
      writer.whole(`${name} ${i}`, Math.max(256, floats * bytesPerValue), true),
    );
  const parameters = flat("parameters");
  const halves = options.real === "f16" ? flat("half-precision weights", 2) : null;
  const lossScale = options.real === "f16" ? writer.whole("loss scale", 16, true) : null;
  const slots = usedSlots(options.optimizer).map((slot) => flat(slot));
  const running = writer.whole("running statistics", layout.runningFloats * 4, true);
  const label = writer.whole("labels of the batch", options.batch * 4, true);
  const trainingTotals = writer.whole("training totals", 8, true);
  const evaluationTotals = writer.whole("evaluation totals", 8, true);
  const bytesPerValue = options.real === "f16" ? 2 : 4;
  const context: PlanContext = {
    ...options,
    graph,
    fused: fuse(graph),
    shapes: inferShapes(graph),
    layout,
    writer,
    parameters,
    halves,
    lossScale,
    running,
    label,
    bytesPerValue,
  };
  const gradients = new GradientStore(context);

  const trainingInput = valueOf(context, 0);
  const forward = lowerForward(context, trainingInput);
  const logits = forward.values.get(context.fused.logits)!;
  const seed = valueOf(context, context.fused.logits, "gradient of");
  writer.run(lossCall(context, logits, trainingTotals, seed));
  lowerBackward(context, forward, seed, gradients);
  const tables = lowerOptimizer(context, gradients, slots);
  const training = writer.dispatches.slice();

  const folded = lowerFolding(context);
  const folding = writer.dispatches.slice(training.length);
  const evaluationInput = valueOf(context, 0);
  const inference = lowerInference(context, evaluationInput, folded);
  const answers = inference.values.get(context.fused.logits)!;
  const inferenceCalls = writer.dispatches.slice(training.length + folding.length);
  const loss = lossCall(context, answers, evaluationTotals, null);
  const probabilities = writer.whole("probabilities", options.batch * graph.classes * 4, true);
  const predict = softmaxCall(context, answers, probabilities);
  writer.run(loss);
  writer.run(predict);
  return {
    layout,
    regions: writer.regions,
    // Every batch of an evaluation reads what was folded before the first: it lives until the next folding.
    sequence: [...writer.dispatches, ...folding],
    training,
    folding,
    evaluation: [...inferenceCalls, writer.dispatches.at(-2)!],
    prediction: [...inferenceCalls, writer.dispatches.at(-1)!],
    parameters,
    halves,
    lossScale,
    slots,
    running,
    tables,
    trainingInput,
    evaluationInput,
    label,
    trainingTotals,
    evaluationTotals,
    probabilities,
  };
}

function lossCall(
  context: PlanContext,
  logits: Value,
  totals: Slice,
  gradient: Value | null,
): Omit<Dispatch, "flops"> {
  return {
    label: "loss",
    kernel: softmaxLoss(gradient !== null, context.real, addersOf(context.family)),
    buffers: [
      logits.slice,
      context.label,
      totals,
      ...(gradient ? [gradient.slice] : []),
      ...(gradient && context.lossScale ? [context.lossScale] : []),
      "step",
    ],
    params: {
      batch: context.batch,
      classes: context.graph.classes,
      pitch: logits.pitch,
      smoothing: gradient ? context.labelSmoothing : 0,
    },
    grid: [1, 1, 1],
  };
}

const softmaxCall = (
  { batch, graph, real }: PlanContext,
  logits: Value,
  probabilities: Slice,
): Omit<Dispatch, "flops"> => ({
  label: "softmax",
  kernel: softmax(real),
  buffers: [logits.slice, probabilities],
  params: { batch, classes: graph.classes, pitch: logits.pitch },
  grid: [Math.ceil(batch / 64), 1, 1],
});
