import type { DatasetName } from "../../core/config/types.ts";
import { AppError } from "../../core/errors.ts";
import type { DatasetSourceInfo } from "../dataset.ts";
import { cifar10Manifest, manifestBytes } from "../manifests.ts";
import { fileSource } from "./file.ts";
import { generatedSource } from "./generated.ts";
import { publicHosts } from "./hosts.ts";
import { publicHostSource } from "./public-host.ts";
import { sameOriginSource } from "./same-origin.ts";
import type { ShardSource } from "./source.ts";

interface CataloguedSource {
  readonly info: DatasetSourceInfo;
  readonly source: ShardSource;
}

const own = { origin: null, downloadBytes: 0 } as const;
const catalogue: readonly CataloguedSource[] = [
  {
    info: { id: "shapes10-generated", dataset: "shapes10", kind: "generated", ...own },
    source: generatedSource,
  },
  {
    info: {
      id: "cifar10-same-origin",
      dataset: "cifar10",
      kind: "same-origin",
      origin: null,
      downloadBytes: manifestBytes(cifar10Manifest),
    },
    source: sameOriginSource,
  },
  {
    info: { id: "cifar10-file", dataset: "cifar10", kind: "file", ...own },
    source: fileSource,
  },
  ...publicHosts.map(
    (host): CataloguedSource => ({
      info: {
        id: `cifar10-${host.id}`,
        dataset: "cifar10",
        kind: "public-host",
        origin: new URL(host.files[0]!).origin,
        downloadBytes: host.downloadBytes,
      },
      source: publicHostSource(host),
    }),
  ),
];

/** Where a data set can come from, in the order to offer them. */
export function datasetSources(dataset: DatasetName): readonly DatasetSourceInfo[] {
  return catalogue.map(({ info }) => info).filter((info) => info.dataset === dataset);
}

/** @throws AppError "dataset-unavailable" for an id that is none of the data set's */
export function findSource(dataset: DatasetName, id: string): CataloguedSource {
  const found = catalogue.find(({ info }) => info.id === id && info.dataset === dataset);
  if (!found)
    throw new AppError("dataset-unavailable", `${dataset} has no source called ${id}.`, {
      dataset,
      source: id,
    });
  return found;
}
