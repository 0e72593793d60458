import type { DatasetName, ExperimentConfig } from "../core/config/types.ts";
import type { ErrorRecord } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Remark } from "../core/journal/events.ts";
import type { ExperimentState } from "../core/journal/state.ts";
import type { Parameters, SearchSpace } from "../core/search-space/types.ts";
import type { Progress } from "../../workers/trial/api.ts";
import type { SharedExperiment } from "./formats/shared-experiment.ts";
import type { FormatName } from "./formats/table.ts";
import type { Analysis } from "./workers/analysis-service.ts";
import type { Repair } from "../storage/experiments/repair.ts";
import type { CachedDataset, DataProgress, DatasetSourceInfo, NamedBlob } from "../data/dataset.ts";
import { type Word } from "../core/words/index.ts";
import type { PrepareRequest } from "../data/dataset-service.ts";

export type { Analysis, SharedExperiment };
export type { AssessQuestion, Evidence } from "../../workers/analysis/api.ts";
export type { Repair } from "../storage/experiments/repair.ts";

/** What the page talks to. Implemented by `createTabtune()` in `tabtune.ts`; every method may be called from a click handler. */
export interface Tabtune {
  /** Looks at the device and measures it for about a second, in a trial worker; cached per adapter.
   *  @param again measures anew: the machine may have been busy the first time */
  device(again?: boolean): Promise<DeviceReport>;
  /** Remeasures nothing; pure arithmetic on the device report, the configuration and what is cached. */
  estimate(definition: ExperimentDraft): Promise<CostEstimate>;
  readonly data: DataService;
  readonly analysis: Analysis;
  /** Newest first; live. */
  list(): Promise<readonly ExperimentSummary[]>;
  onListChange(listener: () => void): () => void;
  /** Validates (AppError with path and remedy), writes the first event and returns the session, not yet started. */
  create(draft: ExperimentDraft): Promise<Session>;
  /** Opens a stored experiment. A running one goes on by itself when this tab becomes its writer. Whatever opens or makes a
   *  session releases it. */
  open(id: string): Promise<Session>;
  rename(id: string, name: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** What was found damaged in the browser's storage; changes are told by `onListChange`. */
  storageReport(): Promise<StorageReport>;
  /** A file (JSON) with the records that were set aside. */
  exportSetAside(): Promise<Blob>;
  forgetSetAside(): Promise<void>;
  /** An experiment as a file that bears its name; weights go into none.
   *  @param experiment its state too where it is at hand: only some formats need the stored journal then, which foreign experiments
   *  do not have */
  exportAs(
    format: FormatName,
    experiment: { readonly id: string; readonly state?: ExperimentState },
  ): Promise<File>;
  /** Parses a file or a link's fragment into a read-only experiment; writes and starts nothing. */
  previewFile(file: Blob): Promise<SharedExperiment>;
  previewLink(fragment: string): Promise<SharedExperiment>;
  /** Same configuration and seed, no history. */
  runHere(shared: SharedExperiment): Promise<Session>;
  /** Finished trials become the tuner's history. */
  continueHere(shared: SharedExperiment): Promise<Session>;
  /** Puts an experiment from a file into the list as it was, under a new id and without weights; starts nothing.
   *  @throws AppError "file-invalid" for one that came without its journal */
  keep(shared: SharedExperiment): Promise<Session>;
  /** What the start page offers; the first one is the default. */
  readonly presets: readonly PresetInfo[];
  /** Reads a preset's files and gives a draft that can be started as it is. */
  loadPreset(id: PresetId, seed: number): Promise<ExperimentDraft>;
  /** The recorded real experiment, for visitors without a GPU. */
  recorded(): Promise<SharedExperiment>;
  /** Files dropped or picked, or text pasted (as a Blob), in any order: recognised by content and name; starts nothing. */
  parseFiles(files: readonly DroppedFile[], seed: number): Promise<DroppedContent>;
  /** Releases workers and locks; for tests and page unload. */
  close(): Promise<void>;
}

export interface StorageReport {
  /** Since the page was opened. */
  readonly repairs: readonly Repair[];
  /** Damaged records kept aside, of this visit or an earlier one. */
  readonly setAside: number;
}

export type PresetId =
  "quick-look" | "small-look" | "nni-cifar10" | "nni-task-2.2" | "as-the-students-ran-it" | "smoke";

export interface PresetInfo {
  /** Message keys are derived from it. */
  readonly id: PresetId;
  readonly dataset: DatasetName;
  readonly trials: number;
  /** Null where it is as many as fit the device. */
  readonly epochs: number | null;
}

/** `name` is empty for pasted text. */
export type DroppedFile = NamedBlob;

/** What a set of files turned out to be; the first that applies. */
export type DroppedContent =
  | { readonly kind: "experiment"; readonly shared: SharedExperiment }
  /** Files with images: an archive, or several that belong together. */
  | {
      readonly kind: "images";
      readonly dataset: DatasetName;
      readonly files: readonly DroppedFile[];
    }
  | { readonly kind: "draft"; readonly draft: ExperimentDraft }
  /** A search space without a configuration or the other way round: what is still needed. */
  | {
      readonly kind: "incomplete";
      readonly searchSpace: JsonObject | null;
      readonly config: ExperimentConfig | null;
      readonly missing: "search-space" | "config";
    };

/** What a user is about to start. */
export interface ExperimentDraft {
  readonly config: ExperimentConfig;
  /** NNI search-space JSON as given. */
  readonly searchSpace: JsonObject;
  /** Chosen by the page at random once, then part of the experiment. */
  readonly seed: number;
  readonly preset: string | null;
}

export interface DeviceReport {
  readonly backend: "webgpu" | "webgl" | "cpu";
  /** Readable name, e.g. `Apple M2` or `SwiftShader (software)`. */
  readonly adapter: string;
  readonly software: boolean;
  readonly halfPrecision: boolean;
  /** Why not WebGPU: message key such as `insecure-context`, `no-webgpu`, `no-adapter`, `device-failed`; null on WebGPU. */
  readonly fallbackReason: string | null;
  /** Training speed measured here, for the cost estimate: useful GFLOP/s of a training step in f32. */
  readonly trainingGflops: number;
  /** How many times as fast a step is in half precision; null where that was not measured (software adapters, no f16). */
  readonly halfSpeedup: number | null;
  readonly maxBufferBytes: number;
  /** How many trials at once make sense here. */
  readonly suggestedConcurrency: number;
}

export interface CostEstimate {
  readonly durationMs: number;
  readonly downloadBytes: number;
  readonly storageBytes: number;
  readonly gpuBytes: number;
  /** Trials that will really run at once. */
  readonly concurrency: number;
  /** Configurations that cannot fit, with the largest batch size that would. */
  readonly misfits: readonly { readonly batchSize: number; readonly largestBatchSize: number }[];
  /** Findings about the draft that do not stop it (a key without effect in some configurations …). */
  readonly notes: readonly DraftNote[];
}

export interface DraftNote {
  /** Message key. */
  readonly code: string;
  readonly path: string;
  /** In English; `words` says it in any language. */
  readonly message: string;
  readonly words: Word;
}

export interface DataService {
  sources(dataset: DatasetName): readonly DatasetSourceInfo[];
  cached(): Promise<readonly CachedDataset[]>;
  /** Asks whether this origin serves the data set itself. */
  sameOriginAvailable(dataset: DatasetName): Promise<boolean>;
  /** Idempotent; resumes after a broken download. Rejects with "aborted", "download-failed", "dataset-corrupt", "storage-quota". */
  prepare(
    signal: AbortSignal,
    request: PrepareRequest,
    onProgress: (progress: DataProgress) => void,
  ): Promise<void>;
  remove(dataset: DatasetName): Promise<void>;
  /** Bytes this origin uses and may use, as the browser estimates them. */
  storage(): Promise<{
    readonly usedBytes: number;
    readonly quotaBytes: number;
    readonly persisted: boolean;
  }>;
  /** RGBA pixels of images by index, for the page. */
  images(
    dataset: DatasetName,
    split: "train" | "test",
    indices: readonly number[],
  ): Promise<readonly ImageData[]>;
}

export interface ExperimentSummary {
  readonly id: string;
  readonly name: string;
  readonly status: ExperimentState["status"];
  readonly trialsFinished: number;
  /** Trials there are and may still come. */
  readonly maxTrialNumber: number;
  readonly best: number | null;
  /** Best-so-far values for a sparkline. */
  readonly sparkline: readonly number[];
  readonly updatedAt: number;
  /** Another tab writes it. */
  readonly elsewhere: boolean;
}

/** What one trial does just now, which is no event. At most 4 updates a second per trial. */
export interface LiveTrial extends Progress {
  readonly trial: number;
}

/** One open experiment. `state` is replaced, never mutated; `subscribe` fires after every replacement of state or live. */
export interface Session {
  readonly id: string;
  readonly state: ExperimentState;
  /** null when it does not parse: an old experiment, that another tab writes. */
  readonly space: SearchSpace | null;
  readonly live: ReadonlyMap<number, LiveTrial>;
  /** Why nothing goes on although the state says running (storage full or broken, data missing); null normally. */
  readonly problem: ErrorRecord | null;
  /** Data preparation in progress, null otherwise. */
  readonly dataProgress: DataProgress | null;
  readonly role: "writer" | "viewer";
  /** Worker slots that really run here. */
  readonly slots: number;
  subscribe(listener: () => void): () => void;

  /** Prepares data from `sourceId` (a cached set needs none) and runs. */
  start(sourceId: string | null, files: readonly NamedBlob[] | null): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
  killTrial(trial: number): Promise<void>;
  /** Validated like the space; a value outside the space is allowed and noted. */
  addTrial(parameters: Parameters): Promise<void>;
  /** Continues a finished trial from its checkpoint for more epochs, as a new trial. */
  trainLonger(trial: number, extraEpochs: number): Promise<void>;
  setLimits(limits: LimitsChange): Promise<void>;
  /** Writes down what a person says of the experiment or a trial. @throws AppError "journal-invalid" for one too long */
  remark(body: Remark): Promise<void>;
  /** Tests the best trial once on the untouched test images; done by itself when the experiment ends. */
  testBest(): Promise<void>;
  /** True while the weights a trial's last report was measured with are stored: only then can it be trained longer, tested,
   *  and its weights be taken along. */
  keepsWeights(trial: number): boolean;
  /** safetensors with PyTorch names. @throws AppError "weights-gone" */
  weights(trial: number): Promise<Blob>;
  /** The fragment (without #) for a link; AppError "link-too-large" where a file is needed. */
  link(): Promise<string>;
  /** Nobody looks at it here any more: it closes, so that other tabs may write it, once nothing goes on in it. */
  release(): void;
  close(): Promise<void>;
}

/** Limits that can change while an experiment runs; what is left out stays. */
export interface LimitsChange {
  readonly trialConcurrency?: number;
  readonly maxTrialNumber?: number;
  readonly maxDurationMs?: number | null;
}
