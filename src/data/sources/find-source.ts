import type { DatasetName } from "../../core/config/types.ts";
import { AppError } from "../../core/errors.ts";
import type { DatasetSourceInfo } from "../dataset.ts";
import { datasetSources, publicHostSourceId } from "./catalogue.ts";
import { fileSource } from "./file.ts";
import { generatedSource } from "./generated.ts";
import { publicHosts } from "./hosts.ts";
import { publicHostSource } from "./public-host.ts";
import { shardFolderSource } from "./shard-folder.ts";
import type { ShardSource } from "./source.ts";

export interface FoundSource {
  readonly info: DatasetSourceInfo;
  readonly source: ShardSource;
  /** Where shards and their manifest lie ready, as seen from the page. */
  readonly folderUrl: ((baseUrl: string) => string) | null;
}

/** @throws AppError "dataset-unavailable" for an id that is none of the data set's */
export function findSource(dataset: DatasetName, id: string): FoundSource {
  const info = datasetSources(dataset).find((one) => one.id === id);
  if (!info)
    throw new AppError("dataset-unavailable", `${dataset} has no source called ${id}.`, {
      dataset,
      source: id,
    });
  switch (info.kind) {
    case "generated":
      return { info, source: generatedSource, folderUrl: null };
    case "file":
      return { info, source: fileSource, folderUrl: null };
    case "same-origin":
      return {
        info,
        source: shardFolderSource,
        folderUrl: (baseUrl) => new URL(`data/${dataset}/`, baseUrl).href,
      };
    case "public-host": {
      const host = publicHosts.find((one) => publicHostSourceId(one.id) === id)!;
      return {
        info,
        source: publicHostSource(host),
        folderUrl: host.format === "shards" ? () => new URL(".", host.files[0]).href : null,
      };
    }
    default:
      throw new RangeError(`kind: ${info.kind satisfies never}`);
  }
}
