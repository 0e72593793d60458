import { toErrorRecord } from "../../src/core/errors.ts";
import type { CheckpointRef } from "../../src/core/journal/events.ts";
import { createRng } from "../../src/core/math/rng.ts";
import { parameterSettings } from "../../src/data/sets/registry.ts";
import type { DatasetShape } from "../../src/engine/dataset-shape.ts";
import { engineFor } from "../../src/engine/create-engine.ts";
import { openDevice, type DeviceOptions, type EngineDevice } from "../../src/engine/device.ts";
import type { KernelMemory } from "../../src/engine/kernel-table.ts";
import { assertKnownAnswer } from "../../src/engine/known-answer.ts";
import { inheritWeights } from "../../src/engine/model/inherit.ts";
import { initialState } from "../../src/engine/model/weights.ts";
import type { NetworkState } from "../../src/engine/network-engine.ts";
import { buildNetwork } from "../../src/engine/networks/index.ts";
import {
  decodeCheckpoint,
  encodeCheckpoint,
  type Checkpoint,
} from "../../src/engine/training/checkpoint.ts";
import {
  resolveHyperparameters,
  type Hyperparameters,
} from "../../src/engine/training/parameters/hyperparameters.ts";
import {
  concurrencyFor,
  measureConcurrency,
} from "../../src/engine/training/measure-concurrency.ts";
import { measureTraining, type TrainingSpeed } from "../../src/engine/training/measure.ts";
import { usedSlots } from "../../src/engine/training/optimizer-slots.ts";
import { runTrial, testTrial } from "../../src/engine/training/run-trial.ts";
import { samplePredictions } from "../../src/engine/training/sample-predictions.ts";
import { TrialControl, type TrialStart } from "../../src/engine/training/trial.ts";
import {
  loadCheckpoint,
  openFileStore,
  saveCheckpoint,
} from "../../src/storage/files/checkpoint-files.ts";
import { createCacheStore } from "../../src/storage/cache-store.ts";
import { openDatabase } from "../../src/storage/database.ts";
import type { FileStore } from "../../src/storage/files/file-store.ts";
import { createShardStore, type ShardStore } from "../../src/storage/shard-store.ts";
import type {
  Progress,
  TestJob,
  TestResult,
  TrialJob,
  TrialListener,
  TrialOutcome,
  TrialWorkerApi,
  WorkerDevice,
} from "./api.ts";
import { storedKernels } from "./kernel-memory.ts";
import { TrialDataSource } from "./trial-data.ts";

/** Images on which a finished network's predictions are shown. */
const sampleCount = 12;
/** A trial that was interrupted saves early, so that even short visits bring it forward. */
const earlyCheckpointsMs = [1_000, 3_000, 12_000, 30_000];

/** Where a trainer finds images and keeps weights. */
export interface TrainerStorage {
  readonly files: FileStore;
  readonly shards: ShardStore;
  /** Without it kernels are the defaults. */
  readonly kernels?: KernelMemory;
}

/** What surrounds a trainer: the browser in a worker, memory and Dawn in a script. */
export interface TrainerEnvironment {
  openDevice(options: DeviceOptions): Promise<EngineDevice>;
  openStorage(): Promise<TrainerStorage>;
}

const browserEnvironment: TrainerEnvironment = {
  openDevice,
  async openStorage() {
    const database = await openDatabase();
    return {
      files: await openFileStore(database),
      shards: createShardStore(database),
      kernels: storedKernels(createCacheStore(database)),
    };
  },
};

interface OpenStorage {
  readonly files: FileStore;
  readonly data: TrialDataSource;
  readonly kernels: KernelMemory | undefined;
}

/** A trial worker without the wire: one device, one trial at a time. */
export class Trainer implements TrialWorkerApi {
  readonly #environment: TrainerEnvironment;
  #device: Promise<EngineDevice> | null = null;
  #storage: Promise<OpenStorage> | null = null;
  #control: TrialControl | null = null;
  #halfAnswer: Promise<void> | null = null;
  #failed = false;

  constructor(environment: TrainerEnvironment = browserEnvironment) {
    this.#environment = environment;
  }

  async probe(backend?: WorkerDevice["backend"]): Promise<WorkerDevice> {
    this.#device ??= this.#openDevice(backend ? { backend } : {});
    const device = await this.#device;
    device.check();
    const { adapter, software, halfPrecision, fallbackReason, maxBufferBytes } = device;
    return {
      backend: device.backend,
      adapter,
      software,
      halfPrecision,
      fallbackReason,
      maxBufferBytes,
    };
  }

  async measure(): Promise<TrainingSpeed> {
    return this.#guarded((device) => measureTraining(new AbortController().signal, device));
  }

  async measureConcurrency(trainingGflops: number): Promise<number> {
    const options = { trials: [1, 2, 4], trialMs: 250, trainingGflops };
    return concurrencyFor(await measureConcurrency(options));
  }

  async train(job: TrialJob, listener: TrialListener): Promise<TrialOutcome> {
    const control = new TrialControl();
    this.#control = control;
    const early = (job.attempt > 1 ? earlyCheckpointsMs : []).map((delay) =>
      setTimeout(() => control.checkpoint(), delay),
    );
    try {
      return await this.#guarded((device) => this.#train(device, job, listener, control));
    } finally {
      early.forEach(clearTimeout);
      this.#control = null;
    }
  }

  async test(job: TestJob, progress: (progress: Progress) => void): Promise<TestResult> {
    return this.#guarded(async (device) => {
      const { files, data } = await this.#open();
      progress({ ...idle(job.checkpoint.epoch), phase: "testing" });
      const images = await data.test(job.settings, job.seed);
      const hyperparameters = hyperparametersOf(job);
      const checkpoint = decodeCheckpoint(await loadCheckpoint(files, job.checkpoint));
      const seed = trialSeed(job);
      await this.#assertPrecision(device, job);
      const task = { hyperparameters, seed, engine: engineFor(job.precision) };
      const result = await testTrial(device, task, checkpoint, images);
      return { accuracy: result.accuracy, loss: result.loss, images: result.images };
    });
  }

  /** True once the device has failed: whatever else rejects then is a consequence. */
  get hasFailed(): boolean {
    return this.#failed;
  }

  async stop(withCheckpoint: boolean): Promise<void> {
    this.#control?.stop(withCheckpoint);
  }

  async checkpoint(): Promise<void> {
    this.#control?.checkpoint();
  }

  /** Every device was asked in f32 when it was opened. */
  async #assertPrecision(
    device: EngineDevice,
    { precision }: Pick<TestJob, "precision">,
  ): Promise<void> {
    if (precision === "f16") await (this.#halfAnswer ??= assertKnownAnswer(device, precision));
  }

  async #train(
    device: EngineDevice,
    job: TrialJob,
    listener: TrialListener,
    control: TrialControl,
  ): Promise<TrialOutcome> {
    const hyperparameters = hyperparametersOf(job, job.epochs);
    listener.progress({ ...idle(job.epochs), phase: "data" });
    const { files, data, kernels } = await this.#open();
    const { train, validation, metricSet, validationIndices } = await data.trial(
      job.settings,
      job.seed,
    );
    const start = await loadStart(files, job, listener, {
      ...hyperparameters,
      shape: train.shape,
    });
    if (control.stopRequested !== "no") return { kind: "stopped" };
    await this.#assertPrecision(device, job);
    const save = async (checkpoint: Checkpoint): Promise<CheckpointRef | null> =>
      trySave(files, job, checkpoint, listener);
    const result = await runTrial(
      new AbortController().signal,
      device,
      {
        hyperparameters,
        seed: trialSeed(job),
        engine: engineFor(job.precision),
        train,
        validation,
        ...(metricSet ? { metricSet } : {}),
        ...(kernels ? { kernelMemory: kernels } : {}),
      },
      {
        progress: (progress) => listener.progress(progress),
        async epochFinished(report, snapshot) {
          return listener.epochFinished(report, await save(await snapshot()));
        },
        async checkpoint(checkpoint) {
          const saved = await save(checkpoint);
          if (saved) await listener.checkpointSaved(saved);
        },
        ...start,
        control,
      },
    );
    try {
      if (result.kind === "stopped") return { kind: "stopped" };
      const positions = Uint32Array.from(
        { length: Math.min(sampleCount, validation.labels.length) },
        (_, i) => i,
      );
      const indices = [...positions].map((position) => validationIndices[position]!);
      const samples = await samplePredictions(result.engine, validation, positions, indices);
      return { kind: "finished", samples };
    } finally {
      result.engine.dispose();
    }
  }

  /** No device is used before it has calculated something known. */
  async #openDevice(options: DeviceOptions): Promise<EngineDevice> {
    const device = await this.#environment.openDevice(options);
    await this.#unlessFailed(device, assertKnownAnswer(device));
    return device;
  }

  async #guarded<Result>(work: (device: EngineDevice) => Promise<Result>): Promise<Result> {
    await this.probe();
    const device = await this.#device!;
    return this.#unlessFailed(device, work(device));
  }

  /** A device that fails ends the work at once, whatever the work is waiting for: some of it would wait for ever. */
  async #unlessFailed<Result>(device: EngineDevice, work: Promise<Result>): Promise<Result> {
    const failed = new Promise<never>((_, reject) =>
      device.onFailure((failure) => {
        this.#failed = true;
        reject(failure);
      }),
    );
    failed.catch(() => undefined);
    try {
      const result = await Promise.race([work, failed]);
      await device.settle();
      return result;
    } catch (error) {
      // What a failing device does to the work is a consequence; the cause may be told a moment later.
      await device.settle();
      throw error;
    }
  }

  #open(): Promise<OpenStorage> {
    this.#storage ??= this.#environment.openStorage().then(({ files, shards, kernels }) => ({
      files,
      data: new TrialDataSource(shards),
      kernels,
    }));
    return this.#storage;
  }
}

/** @param budgetEpochs of the job; tests train none */
function hyperparametersOf(
  { parameters, settings }: Pick<TrialJob, "parameters" | "settings">,
  budgetEpochs?: number,
): Hyperparameters {
  return resolveHyperparameters(parameters, parameterSettings(settings), budgetEpochs);
}

async function loadStart(
  files: FileStore,
  job: TrialJob,
  listener: TrialListener,
  { network, optimizer, shape }: Hyperparameters & { readonly shape: DatasetShape },
): Promise<TrialStart> {
  if (!job.from) return {};
  const checkpoint = decodeCheckpoint(await loadCheckpoint(files, job.from.checkpoint));
  if (job.from.own) return { resume: checkpoint };
  const graph = buildNetwork(network, shape);
  // Population-based training may have changed the network itself, and the optimizer.
  const fresh = initialState(graph, createRng(trialSeed(job), "initialisation"));
  const { state, taken, left } = inheritWeights(
    graph,
    fresh,
    checkpoint.state,
    usedSlots(optimizer),
  );
  const { path } = job.from.checkpoint;
  if (taken.length === 0) {
    listener.note("parent-does-not-fit", { checkpoint: path });
    return {};
  }
  if (left.length === 0) return { parent: { ...checkpoint, state } };
  const counts = { taken: taken.length, of: taken.length + left.length };
  listener.note("parent-partly-taken", { checkpoint: path, ...counts });
  // Mostly new weights have not learned for as many epochs as the parent's: they get all of their own.
  const share = valuesOf(state, taken) / valuesOf(state, [...state.tensors.keys()]);
  return { parent: { ...checkpoint, state, epoch: share < 0.5 ? 0 : checkpoint.epoch } };
}

/** Numbers in some tensors of a state. */
const valuesOf = ({ tensors }: NetworkState, names: readonly string[]): number =>
  names.reduce((sum, name) => sum + tensors.get(name)!.data.length, 0);

/** Weights that cannot be stored are no reason to lose the training itself; older ones make room for them. */
async function trySave(
  files: FileStore,
  job: TrialJob,
  checkpoint: Checkpoint,
  listener: TrialListener,
): Promise<CheckpointRef | null> {
  const { experimentId, trial, attempt } = job;
  const { epoch, step } = checkpoint;
  const bytes = encodeCheckpoint(checkpoint);
  for (;;) {
    try {
      return await saveCheckpoint(files, { experimentId, trial, attempt, epoch, step }, bytes);
    } catch (error) {
      const { code, message } = toErrorRecord(error);
      if (code !== "storage-quota" && code !== "storage-failed") throw error;
      const sizeBytes = bytes.length;
      if (code === "storage-quota" && (await listener.makeRoom(sizeBytes))) continue;
      listener.note("checkpoint-skipped", { code, message, sizeBytes, epoch, step });
      return null;
    }
  }
}

function trialSeed({ seed, trial }: Pick<TrialJob, "seed" | "trial">): number {
  return createRng(seed, trial, "training").uint32();
}

function idle(epochs: number): Omit<Progress, "phase"> {
  return {
    epoch: 0,
    epochs,
    step: 0,
    steps: 0,
    imagesPerSecond: 0,
    trainLoss: null,
    trainAccuracy: null,
  };
}
