import type { DatasetName } from "../../core/config/types.ts";
import type { DatasetSourceInfo } from "../dataset.ts";
import type { DatasetDefinition } from "../definition.ts";
import { datasetBytes } from "../manifests.ts";
import { findDataset } from "../sets/registry.ts";
import { hostsOf } from "./hosts.ts";

/** Where a data set can come from, in the order to offer them; none for a name that is not known. Light: what reads them is
 *  `find-source.ts`. */
export function datasetSources(dataset: DatasetName): readonly DatasetSourceInfo[] {
  const definition = findDataset(dataset);
  return definition ? sourcesOf(definition) : [];
}

function sourcesOf(definition: DatasetDefinition): readonly DatasetSourceInfo[] {
  const { name: dataset, generated, files } = definition;
  const own = { dataset, origin: null, downloadBytes: 0 } as const;
  if (generated) return [{ id: `${dataset}-generated`, kind: "generated", ...own }];
  return [
    {
      ...{ id: `${dataset}-same-origin`, kind: "same-origin", ...own },
      downloadBytes: datasetBytes(definition),
    },
    ...(files ? [{ id: `${dataset}-file`, kind: "file", ...own } as const] : []),
    ...hostsOf(definition).map(
      (host): DatasetSourceInfo => ({
        id: hostSourceId(dataset, host.id),
        dataset,
        kind: "public-host",
        origin: new URL(host.files[0]!).origin,
        downloadBytes: host.downloadBytes,
      }),
    ),
  ];
}

/** What links and drafts call a data set's host. */
export const hostSourceId = (dataset: DatasetName, hostId: string): string =>
  `${dataset}-${hostId}`;
