import { defineDataset } from "../../definition.ts";
import { idxFiles } from "../../sources/idx-files.ts";

/** Handwritten digits.
 *  @see LeCun, Cortes and Burges, The MNIST Database of Handwritten Digits, 1998 */
export const mnist = defineDataset({
  name: "mnist",
  title: "MNIST",
  credit: "Y. LeCun, C. Cortes, C. Burges, 1998 · CC BY-SA 3.0",
  shape: {
    ...{ height: 28, width: 28, channels: 1 },
    classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    mean: [0.1307],
    std: [0.3081],
  },
  // A flipped 2 is no digit.
  augment: "crop",
  counts: { train: 60_000, test: 10_000 },
  files: idxFiles,
});
