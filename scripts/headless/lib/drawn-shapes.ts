import { DatasetService } from "../../../src/data/dataset-service.ts";
import type { ShardStore } from "../../../src/storage/shard-store.ts";

/** Draws Shapes-10 into a shard store, as the page's data worker does. */
export async function drawShapes(shards: ShardStore): Promise<void> {
  const none = (): never => {
    throw new TypeError("Shapes-10 is drawn, not downloaded");
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
    loadOrder: none,
  });
  const request = { dataset: "shapes10", sourceId: "shapes10-generated", file: null } as const;
  await service.prepare(new AbortController().signal, request, () => undefined);
}
