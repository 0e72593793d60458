import type { DatasetShape } from "../dataset-shape.ts";

/** Per-channel mean and standard deviation of CIFAR-10's training images, pixels in [0, 1]; the values most published recipes use. */
export const cifarMean = [0.4914, 0.4822, 0.4465] as const;
export const cifarStd = [0.2023, 0.1994, 0.201] as const;

export const cifarShape: DatasetShape = {
  height: 32,
  width: 32,
  channels: 3,
  classes: Array.from({ length: 10 }, (_, label) => String(label)),
  mean: cifarMean,
  std: cifarStd,
};
