import * as tf from "@tensorflow/tfjs-core";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Page } from "playwright-core";
import { openDevice } from "../../../src/engine/device.ts";
import { startFiles, tinyConfig, tinySpace, waitForStatus } from "../../browser/harness.ts";
import { listenerWith, tinyJob, trainerOn } from "../../engine/training/trainer-harness.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";
import { readStoredJournals } from "../lib/stored.ts";
import { beforeTrialWorkers, trialWorker } from "../lib/trial-workers.ts";

/** The heap is compared with what it was after one trial in five. */
const warmShare = 0.2;
const mostGrowth = 0.05;

/** One trial after another. */
export const noLeak: Goal = {
  id: "R19",
  title: "No leak",
  how: "trials run back to back in one worker, on TensorFlow.js in Node and as an experiment on the page with WebGPU; tensors, buffers that were not destroyed, and the heap after a collection are counted after each",
  counts: { full: 100, reduced: 10 },
  limitMinutes: { full: 60, reduced: 4 },
  async run(context) {
    const reference = await context.part("reference", () => runReference(context));
    const page = await context.part("page", () => runPage(context));
    const troubles = [...reference.troubles, ...page.troubles];
    return {
      injected: 2 * context.count,
      survived: Math.max(0, 2 * context.count - troubles.length),
      lost: 0,
      worstMs: null,
      pass: troubles.length === 0,
      notes: [
        `${context.count} trials on TensorFlow.js: ${reference.tensors} tensors after each, heap ${percent(reference.growth)}; ${context.count} on the page: ${page.gpuBytes} bytes of buffers after each, heap of page and workers ${percent(page.growth)} (from trial ${warm(context)} on)`,
        ...troubles,
      ],
    };
  },
};

const warm = ({ count }: FaultContext): number => Math.max(2, Math.round(count * warmShare));
const percent = (growth: number): string =>
  `${growth >= 0 ? "+" : ""}${(100 * growth).toFixed(1)} %`;

/** What was counted more than once although it should always be the same. */
function changes(what: string, counted: readonly number[]): string[] {
  const all = [...new Set(counted)];
  return all.length === 1 ? [] : [`${what} after trials: ${counted.slice(0, 12).join(", ")} …`];
}

async function runReference(
  context: FaultContext,
): Promise<{ tensors: number; growth: number; troubles: string[] }> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const device = await openDevice({ backend: "cpu" });
  const trainer = await trainerOn(device);
  await trainer.probe();
  const tensors: number[] = [];
  const heap: number[] = [];
  for (let trial = 0; trial < context.count; trial++) {
    const { kind } = await trainer.train(
      tinyJob(trial, { optimizer: ["SGD", "Adam"][trial % 2]! }),
      listenerWith(() => undefined),
    );
    if (kind !== "finished") throw new Error(`trial ${trial} ended as ${kind}`);
    tensors.push(tf.memory().numTensors);
    collect();
    heap.push(process.memoryUsage().heapUsed);
  }
  const growth = heap.at(-1)! / heap[warm(context) - 1]! - 1;
  return {
    tensors: tensors.at(-1)!,
    growth,
    troubles: [
      ...changes("tensors", tensors),
      ...(growth < mostGrowth ? [] : [`the heap of the script grew by ${percent(growth)}`]),
    ],
  };
}

/** In the worker: bytes of buffers that are not destroyed, and the fewest since they were last asked for. */
function countBuffers(): void {
  const counted = { bytes: 0, lowest: 0, made: 0 };
  Object.assign(globalThis, { counted });
  const sizes = new WeakMap<GPUBuffer, number>();
  const create = GPUDevice.prototype.createBuffer;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = create.call(this, descriptor);
    sizes.set(buffer, descriptor.size);
    counted.bytes += descriptor.size;
    counted.made++;
    return buffer;
  };
  const destroy = GPUBuffer.prototype.destroy;
  GPUBuffer.prototype.destroy = function () {
    counted.bytes -= sizes.get(this) ?? 0;
    sizes.delete(this);
    counted.lowest = Math.min(counted.lowest, counted.bytes);
    return destroy.call(this);
  };
}

async function runPage(
  context: FaultContext,
): Promise<{ gpuBytes: number; growth: number; troubles: string[] }> {
  const flags = ["--enable-blink-features=ForceEagerMeasureMemory"];
  const visitor = await context.open({ flags });
  const { page } = visitor;
  await beforeTrialWorkers(visitor.context, countBuffers, () => null);
  await page.goto(await context.url());
  const defaults = { model: "resnet10", width: 2, batch_size: 16, epochs: 1 };
  const sizes = { trainImages: 48, validationImages: 16, testImages: 16, defaults };
  const limits = { maxTrialNumber: context.count, tuner: { name: "Random" } };
  await startFiles(page, tinySpace, tinyConfig("shapes10", sizes, limits));
  await waitForStatus(page, "running");
  const lowest: number[] = [];
  let [made, warmBytes] = [0, 0];
  // The worker goes when the last trial has ended.
  for (let ended = 0; ended < context.count - 1;) {
    ended = await endedAfter(page, ended);
    const counted = await lowestOf(page).catch(() => null);
    if (counted === null) break;
    // A trial's end is stored before its buffers go: then they count with the next one's.
    if (Number.isFinite(counted.lowest)) lowest.push(counted.lowest);
    made = counted.made;
    if (warmBytes === 0 && ended >= warm(context)) warmBytes = await heapOf(page);
  }
  await waitForStatus(page, "done");
  const growth = (await heapOf(page)) / warmBytes - 1;
  await visitor.close();
  // Before the first trial the data set is not on the device yet. A reading just before a trial's buffers go, after one just
  // after the former's did, saw no end of a trial; two in a row always saw one.
  const readings = lowest.slice(1);
  const between = readings.slice(1).map((bytes, i) => Math.min(bytes, readings[i]!));
  return {
    gpuBytes: between.at(-1) ?? NaN,
    growth,
    troubles: [
      ...changes("bytes of buffers", between),
      ...(made >= context.count && between.length > 0 ? [] : [`only ${made} buffers were made`]),
      ...(growth < mostGrowth ? [] : [`the heap of the page grew by ${percent(growth)}`]),
    ],
  };
}

interface Counting {
  readonly counted: { bytes: number; lowest: number; made: number };
}

/** The fewest bytes since the last call: between two trials. */
function lowestOf(page: Page): Promise<{ lowest: number; made: number }> {
  return trialWorker(page).evaluate(() => {
    const { counted } = globalThis as unknown as Counting;
    const { lowest, made } = counted;
    counted.lowest = Number.POSITIVE_INFINITY;
    return { lowest, made };
  });
}

/** Waits until more trials have ended than `known`. @returns how many have */
async function endedAfter(page: Page, known: number): Promise<number> {
  for (const end = Date.now() + 120_000; Date.now() < end;) {
    const [events = []] = [...(await readStoredJournals(page)).values()];
    const ended = events.filter(({ type }) => type === "trial-ended").length;
    if (ended > known) return ended;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no trial ended within 120 s after ${known}`);
}

/** JavaScript's memory of the page and its workers, after a collection. */
function heapOf(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const measure = performance as unknown as {
      measureUserAgentSpecificMemory(): Promise<{ bytes: number }>;
    };
    return (await measure.measureUserAgentSpecificMemory()).bytes;
  });
}
