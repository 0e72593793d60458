import type { DatasetShape } from "../../../engine/dataset-shape.ts";
import type { DatasetManifest } from "../../dataset.ts";
import { listShards } from "../../shards.ts";

/** With the classes in CIFAR-10's order of labels. */
export const shape: DatasetShape = {
  ...{ height: 32, width: 32, channels: 3 },
  classes: [
    ...["airplane", "automobile", "bird", "cat", "deer"],
    ...["dog", "frog", "horse", "ship", "truck"],
  ],
  // The values most published recipes use.
  mean: [0.4914, 0.4822, 0.4465],
  std: [0.2023, 0.1994, 0.201],
};

/** CIFAR-10 in the official order of its binary batches, 5,000 images a shard. The digests were computed from the
 *  official images and are the same whatever archive or host they come from.
 *  @see Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009 */
export const cifar10Manifest: DatasetManifest = {
  dataset: "cifar10",
  classes: shape.classes,
  shards: [
    ...listShards("train", 5000, shape, [
      "25c919756e77f926c2ce5d52f3af2a33de8d75ff7868e4fcd0fa499745217b8d",
      "3afb35b17ade57ba9a69059305c2de755a9beece5464f60adc89c09f4a386127",
      "7464b8455baadbdd3f85ee9096fc62be270ed1f07622c6cc4373b42521d14121",
      "3be5600978c5938f3a41a8749776e63ae280b56e8aaa09a8f4ac52ece2fbd646",
      "cc79bac0609b4cd4b1dc11fca6ff6691e7e759ba8433de5ff5a7b16109c2075c",
      "2733970aa30776c72c577f23f1ffedaac7fe8b4c9aeafdc8835f674a8482bc1a",
      "928757eb4ab2409500cf81ec4920913011652c9be7355fc5cf973222f2f1e32b",
      "bf03ed063e396ade4bf2448572464aece474537ef1890b2b05e0a9186d1a999f",
      "72fc5b42e157cb43aa7cb27538c939f177a32c1f7724c4260548c9dbd5aec049",
      "1059f45d9f82362b72e0bb52efc8581009201d48e894010175e76b86b352a240",
    ]),
    ...listShards("test", 5000, shape, [
      "81bf0a9715c416403470647beac07e40417e39f3a92de01ec527fbc786ad796a",
      "aa72ca68050e58d0432d96409be700b53c5c6cd390e13ef494678c247b828df7",
    ]),
  ],
};
