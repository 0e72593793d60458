import { datasetSources } from "../data/sources/catalogue.ts";
import type { Analysis, DataService, Tabtune } from "./api.ts";
import { lazy } from "./workers/lazy.ts";
import { presets } from "./draft/preset-list.ts";

/** The one entry point of the page. What does the work is loaded with the first call, so that the first screen is small;
 *  nothing starts and nothing is fetched by itself. */
export function createTabtune(): Tabtune {
  const listListeners = new Set<() => void>();
  const bench = lazy(async () => {
    const { createWorkbench } = await import("./tab/workbench.ts");
    const made = createWorkbench();
    made.onListChange(() => {
      for (const listener of listListeners) listener();
    });
    return made;
  });
  return {
    presets,
    data: lazyData(async () => (await bench()).data),
    analysis: lazyAnalysis(async () => (await bench()).analysis),
    device: async (again) => (await bench()).device(again),
    estimate: async (draft) => (await bench()).estimate(draft),
    list: async () => (await bench()).list(),
    onListChange(listener) {
      listListeners.add(listener);
      return () => listListeners.delete(listener);
    },
    create: async (draft) => (await bench()).create(draft),
    open: async (id) => (await bench()).open(id),
    rename: async (id, name) => (await bench()).rename(id, name),
    remove: async (id) => (await bench()).remove(id),
    storageReport: async () => (await bench()).storageReport(),
    exportSetAside: async () => (await bench()).exportSetAside(),
    forgetSetAside: async () => (await bench()).forgetSetAside(),
    exportAs: async (format, experiment) => (await bench()).exportAs(format, experiment),
    previewFile: async (file) => (await bench()).previewFile(file),
    previewLink: async (fragment) => (await bench()).previewLink(fragment),
    runHere: async (shared) => (await bench()).runHere(shared),
    continueHere: async (shared) => (await bench()).continueHere(shared),
    keep: async (shared) => (await bench()).keep(shared),
    loadPreset: async (id, seed) => (await bench()).loadPreset(id, seed),
    recorded: async () => (await bench()).recorded(),
    parseFiles: async (files, seed) => (await bench()).parseFiles(files, seed),
    close: async () => (await bench()).close(),
  };
}

function lazyAnalysis(analysis: () => Promise<Analysis>): Analysis {
  return {
    suggest: async (question) => (await analysis()).suggest(question),
    assess: async (question) => (await analysis()).assess(question),
    importance: async (evidence) => (await analysis()).importance(evidence),
    marginals: async (evidence, paths) => (await analysis()).marginals(evidence, paths),
    contour: async (evidence, paths) => (await analysis()).contour(evidence, paths),
    examine: async (evidence, options) => (await analysis()).examine(evidence, options),
  };
}

function lazyData(data: () => Promise<DataService>): DataService {
  return {
    sources: datasetSources,
    cached: async () => (await data()).cached(),
    sameOriginAvailable: async (dataset) => (await data()).sameOriginAvailable(dataset),
    prepare: async (...request) => (await data()).prepare(...request),
    remove: async (dataset) => (await data()).remove(dataset),
    storage: async () => (await data()).storage(),
    images: async (...request) => (await data()).images(...request),
  };
}
