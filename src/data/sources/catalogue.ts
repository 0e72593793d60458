import type { DatasetName } from "../../core/config/types.ts";
import type { DatasetSourceInfo } from "../dataset.ts";
import { cifar10Manifest, manifestBytes } from "../manifests.ts";
import { publicHosts } from "./hosts.ts";

const own = { origin: null, downloadBytes: 0 } as const;
const catalogue: readonly DatasetSourceInfo[] = [
  { id: "shapes10-generated", dataset: "shapes10", kind: "generated", ...own },
  {
    id: "cifar10-same-origin",
    dataset: "cifar10",
    kind: "same-origin",
    origin: null,
    downloadBytes: manifestBytes(cifar10Manifest),
  },
  { id: "cifar10-file", dataset: "cifar10", kind: "file", ...own },
  ...publicHosts.map(
    (host): DatasetSourceInfo => ({
      id: publicHostSourceId(host.id),
      dataset: "cifar10",
      kind: "public-host",
      origin: new URL(host.files[0]!).origin,
      downloadBytes: host.downloadBytes,
    }),
  ),
];

/** Where a data set can come from, in the order to offer them. Light: what reads them is `find-source.ts`. */
export function datasetSources(dataset: DatasetName): readonly DatasetSourceInfo[] {
  return catalogue.filter((info) => info.dataset === dataset);
}

export function publicHostSourceId(hostId: string): string {
  return `cifar10-${hostId}`;
}
