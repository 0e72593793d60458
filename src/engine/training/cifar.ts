/** Per-channel mean and standard deviation of CIFAR-10's training images, pixels in [0, 1]; the values most published recipes use. */
export const cifarMean = [0.4914, 0.4822, 0.4465] as const;
export const cifarStd = [0.2023, 0.1994, 0.201] as const;
