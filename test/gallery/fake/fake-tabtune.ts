import type {
  ExperimentSummary,
  Session,
  SharedExperiment,
  Tabtune,
} from "../../../src/experiment/api.ts";
import { checkExperiment } from "../../../src/experiment/draft/checked-experiment.ts";
import { presets } from "../../../src/experiment/draft/preset-list.ts";
import { loadPreset } from "../../../src/experiment/draft/presets.ts";
import { bestSoFar, countTrials, reduceJournal } from "../../../src/core/journal/index.ts";
import { AnalysisWorkerApi } from "../../../workers/analysis/api.ts";
import { FakeSession } from "./fake-session.ts";
import { stories } from "./stories.ts";

/** A page without engine or storage, for looking at and testing the page alone. */
export function createFakeTabtune(): Tabtune {
  const sessions = new Map<string, Session>();
  const open = (id: string): Session => {
    const found = stories.find((s) => s.definition.id === id) ?? stories[0]!;
    const session = sessions.get(found.definition.id) ?? new FakeSession(found);
    sessions.set(found.definition.id, session);
    return session;
  };
  const shared = (): SharedExperiment => {
    const { definition, events } = stories.find(({ definition: { id } }) => id === "done")!;
    const { space } = checkExperiment(definition);
    return { state: reduceJournal(events), definition, space, source: "recorded" };
  };
  return {
    analysis: new AnalysisWorkerApi(),
    async device() {
      return {
        backend: "webgpu",
        adapter: "Apple M2",
        software: false,
        halfPrecision: true,
        fallbackReason: null,
        trainingGflops: 1420,
        halfSpeedup: 1.6,
        maxBufferBytes: 2 ** 32,
        suggestedConcurrency: 2,
      };
    },
    async estimate(draft) {
      const cifar = draft.config.training.dataset === "cifar10";
      return {
        durationMs: cifar ? 7_800_000 : 62_000,
        downloadBytes: cifar ? 170_498_071 : 0,
        storageBytes: cifar ? 184_380_000 : 22_000_000,
        gpuBytes: cifar ? 1.7e9 : 240e6,
        concurrency: 2,
        misfits: [],
        notes: [],
      };
    },
    data: {
      sources: (dataset) =>
        dataset === "shapes10"
          ? [{ id: "generated", dataset, kind: "generated", origin: null, downloadBytes: 0 }]
          : [
              {
                id: "huggingface",
                dataset,
                kind: "public-host",
                origin: "https://huggingface.co",
                downloadBytes: 143e6,
              },
              { id: "file", dataset, kind: "file", origin: null, downloadBytes: 0 },
            ],
      async cached() {
        return [
          {
            dataset: "shapes10",
            complete: true,
            shards: 6,
            shardsTotal: 6,
            sizeBytes: 22_000_000,
            trainImages: 5120,
            testImages: 1024,
            partialBytes: 0,
          },
          {
            dataset: "cifar10",
            complete: false,
            shards: 2,
            shardsTotal: 6,
            sizeBytes: 61_000_000,
            trainImages: 50_000,
            testImages: 10_000,
            partialBytes: 5e6,
          },
        ];
      },
      sameOriginAvailable: async () => false,
      prepare: async () => {},
      remove: async () => {},
      storage: async () => ({ usedBytes: 220e6, quotaBytes: 40e9, persisted: true }),
      images: async (_dataset, _split, indices) =>
        indices.map((index) => {
          const image = new ImageData(32, 32);
          for (let i = 0; i < 1024; i++)
            image.data.set(
              [(i * 7 + index * 40) % 256, (i * 3) % 256, (index * 90) % 256, 255],
              i * 4,
            );
          return image;
        }),
    },
    async list(): Promise<readonly ExperimentSummary[]> {
      return stories.map(({ definition, events }) => {
        const state = reduceJournal(events);
        const line = bestSoFar(state).map((point) => point.best);
        return {
          id: definition.id,
          name: state.name,
          status: state.status,
          trialsFinished: countTrials(state).finished,
          maxTrialNumber: state.maxTrialNumber,
          best: line.at(-1) ?? null,
          sparkline: line.slice(0, 30),
          updatedAt: state.updatedAt,
          elsewhere: false,
        };
      });
    },
    onListChange: () => () => {},
    create: async () => open("running"),
    open: async (id) => open(id),
    rename: async () => {},
    remove: async () => {},
    storageReport: async () => ({ repairs: [], setAside: 0 }),
    exportSetAside: async () => new Blob(),
    forgetSetAside: async () => {},
    exportAs: async () => new File(["{}"], "experiment.tabtune.json"),
    previewFile: async () => shared(),
    previewLink: async () => ({ ...shared(), source: "link" }),
    runHere: async () => open("running"),
    continueHere: async () => open("running"),
    keep: async () => open("done"),
    presets,
    loadPreset: (id, seed) =>
      loadPreset(id, seed, {
        readText: async (path) => (await fetch(`/${path}`)).text(),
        durationOf: async () => 60_000,
      }),
    recorded: async () => shared(),
    parseFiles: async () => ({ kind: "experiment", shared: { ...shared(), source: "file" } }),
    close: async () => {},
  };
}
