import { datasetSources } from "../data/sources/catalogue.ts";
import type { Tabtune } from "./api.ts";
import { presets } from "./draft/preset-list.ts";
import { lazy, lazyMethods } from "./lazy.ts";

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
    onListChange(listener) {
      listListeners.add(listener);
      return () => listListeners.delete(listener);
    },
    ...lazyMethods(bench, ["device", "estimate", "list", "create", "open", "rename", "remove"]),
    ...lazyMethods(bench, ["storageReport", "exportSetAside", "forgetSetAside", "exportAs"]),
    ...lazyMethods(bench, ["previewFile", "previewLink", "runHere", "continueHere", "keep"]),
    ...lazyMethods(bench, ["loadPreset", "recorded", "parseFiles", "close"]),
    data: {
      sources: datasetSources,
      ...lazyMethods(
        async () => (await bench()).data,
        ["cached", "sameOriginAvailable", "prepare", "remove", "storage", "images"],
      ),
    },
    analysis: lazyMethods(
      async () => (await bench()).analysis,
      ["suggest", "assess", "importance", "marginals", "contour", "examine"],
    ),
  };
}
