import type { DatasetName } from "../../core/config/types.ts";
import { AppError } from "../../core/errors.ts";
import type { DatasetSourceInfo } from "../dataset.ts";
import type { DatasetDefinition } from "../definition.ts";
import { datasetOf } from "../sets/registry.ts";
import { datasetSources, hostSourceId } from "./catalogue.ts";
import { fileSource } from "./file.ts";
import { generatedSource } from "./generated.ts";
import { hostsOf } from "./hosts.ts";
import type { PublicHost } from "./host.ts";
import { shardFolderSource } from "./shard-folder.ts";
import type { ShardSource } from "./source.ts";
import { word } from "../../core/words/index.ts";

/** A source with what the page shows of it. */
export interface FoundSource {
  readonly info: DatasetSourceInfo;
  readonly source: ShardSource;
  /** Where shards and their manifest lie ready, as seen from the page. */
  readonly folderUrl: ((baseUrl: string) => string) | null;
}

/** @throws AppError "dataset-unknown", or "dataset-unavailable" for an id that is none of the data set's */
export function findSource(dataset: DatasetName, id: string): FoundSource {
  const definition = datasetOf(dataset);
  const info = datasetSources(dataset).find((one) => one.id === id);
  if (!info)
    throw new AppError("dataset-unavailable", word("unknown-source", { dataset, source: id }), {
      dataset,
      source: id,
    });
  switch (info.kind) {
    case "generated":
      return { info, source: generatedSource(definition), folderUrl: null };
    case "file":
      return { info, source: fileSource(definition), folderUrl: null };
    case "same-origin":
      return {
        info,
        source: shardFolderSource,
        folderUrl: (baseUrl) => new URL(folderPath(dataset), baseUrl).href,
      };
    case "public-host": {
      const host = hostsOf(definition).find((one) => hostSourceId(dataset, one.id) === id)!;
      return host.format === "shards"
        ? { info, source: shardFolderSource, folderUrl: () => new URL(".", host.files[0]).href }
        : { info, source: hostSource(definition, host), folderUrl: null };
    }
    default:
      throw new RangeError(`kind: ${info.kind satisfies never}`);
  }
}

/** Whether a download belongs to a data set. */
export function isFileOf(definition: DatasetDefinition, url: string): boolean {
  if (new URL(url).pathname.includes(`/${folderPath(definition.name)}`)) return true;
  return hostsOf(definition).some(({ files, format }) =>
    files.some((file) =>
      format === "shards" ? url.startsWith(new URL(".", file).href) : url === file,
    ),
  );
}

const folderPath = (dataset: DatasetName): string => `data/${dataset}/`;

/** A public host by plain GET, chosen by the user. */
const hostSource = (definition: DatasetDefinition, host: PublicHost): ShardSource =>
  async function* (context) {
    const read = await definition.hosts!.load();
    yield* read(host, context);
  };
