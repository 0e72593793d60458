import { DatasetService } from "../../../src/data/dataset-service.ts";
import { allDatasets } from "../../../src/data/sets/registry.ts";
import { datasetSources } from "../../../src/data/sources/catalogue.ts";
import type { ShardStore } from "../../../src/storage/shard-store.ts";

/** Draws the data set that is drawn into a shard store, as the page's data worker does. */
export async function drawShapes(shards: ShardStore): Promise<void> {
  const none = (): never => {
    throw new TypeError("what is drawn is not downloaded");
  };
  const service = new DatasetService({
    shards,
    downloads: {
      get: none,
      append: none,
      read: none,
      remove: none,
      list: async () => [],
    } as unknown as ConstructorParameters<typeof DatasetService>[0]["downloads"],
    fetch: none,
    offline: () => false,
    baseUrl: "",
    now: Date.now,
    readAsset: none,
  });
  const { name: dataset } = allDatasets().find(({ generated }) => generated)!;
  const sourceId = datasetSources(dataset)[0]!.id;
  const request = { dataset, sourceId, files: null };
  await service.prepare(new AbortController().signal, request, () => undefined);
}
