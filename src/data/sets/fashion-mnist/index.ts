import { defineDataset } from "../../definition.ts";
import { idxFiles } from "../../sources/idx-files.ts";

/** Articles of clothing in MNIST's form.
 *  @see Xiao, Rasul and Vollgraf, Fashion-MNIST, arXiv:1708.07747 */
export const fashionMnist = defineDataset({
  name: "fashion-mnist",
  title: "Fashion-MNIST",
  credit: "H. Xiao, K. Rasul, R. Vollgraf, 2017 · MIT",
  shape: {
    ...{ height: 28, width: 28, channels: 1 },
    classes: [
      ...["T-shirt/top", "trouser", "pullover", "dress", "coat"],
      ...["sandal", "shirt", "sneaker", "bag", "ankle boot"],
    ],
    mean: [0.286],
    std: [0.353],
  },
  augment: "crop-flip",
  counts: { train: 60_000, test: 10_000 },
  files: idxFiles,
});
