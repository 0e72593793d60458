import { proxy } from "comlink";
import { datasetSources } from "../../data/sources/catalogue.ts";
import { askToPersist, storageUse } from "../../storage/quota.ts";
import type { DataService } from "../api.ts";
import { openDatasetWorker, renewed } from "./worker-client.ts";

/** Gives the page the dataset worker; a worker that died is replaced at the next call. */
export function createDataService(): DataService {
  const worker = renewed(openDatasetWorker);
  let nextId = 0;
  const baseUrl = (): string => new URL(".", document.baseURI).href;
  return {
    sources: datasetSources,
    cached: () => worker().call((remote) => remote.cached()),
    async sameOriginAvailable(dataset) {
      const bytes = await worker().call((remote) => remote.sameOriginBytes(baseUrl(), dataset));
      return bytes !== null;
    },
    async prepare(signal, request, onProgress) {
      const id = nextId++;
      const used = worker();
      const cancel = (): void => {
        // A dead worker has nothing left to cancel.
        used.call((remote) => remote.cancel(id)).catch(() => undefined);
      };
      signal.addEventListener("abort", cancel);
      // Only after the user's own action, not when a download goes on by itself.
      if (navigator.userActivation?.hasBeenActive ?? true) askToPersist();
      try {
        await used.call((remote) => remote.prepare(id, baseUrl(), request, proxy(onProgress)));
      } finally {
        signal.removeEventListener("abort", cancel);
      }
    },
    remove: (dataset) => worker().call((remote) => remote.remove(dataset)),
    storage: storageUse,
    async images(dataset, split, indices) {
      const { pixels, width, height } = await worker().call((remote) =>
        remote.images(dataset, split, indices),
      );
      return pixels.map((rgba) => new ImageData(rgba, width, height));
    },
  };
}
