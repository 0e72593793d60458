import type { FileImages } from "../definition.ts";
import { idxDimensions } from "./file-heads.ts";

const parts = [
  ...["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
  ...["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
];

/** A data set of one channel in the four idx files that MNIST set the fashion of, compressed or not. */
export const idxFiles: FileImages = {
  choices: [parts.map((name) => `${name}.gz`), parts],
  recognises(head, { height, width }) {
    const dimensions = idxDimensions(head);
    if (dimensions?.length === 1) return true;
    return dimensions?.length === 3 && dimensions[1] === height && dimensions[2] === width;
  },
  pixels: (head) => (idxDimensions(head)?.length === 3 ? head.subarray(16) : null),
  load: async () => (await import("../formats/idx-set.ts")).readIdxSet,
};
