import { integer } from "../../format.ts";

/** The start page's ready-made experiments. */
export const enPresets = {
  presets: {
    "quick-look": {
      name: "Quick look",
      what: "12 small networks on 5,120 drawn shapes. The tuner stops guessing after four of them, so you can watch it learn.",
      caution: "",
    },
    "small-look": {
      name: "Quick look",
      what: "8 tiny networks on 640 drawn shapes: made small because this device is slow. They still learn, and the tuner from them.",
      caution: "",
    },
    "nni-cifar10": {
      name: "NNI’s CIFAR-10 example",
      what: "Seven networks, five optimizers, ten trials with TPE: NNI’s own two files, unedited.",
      caution: "",
    },
    "nni-task-2.2": {
      name: "NNI Task 2.2",
      what: "8 × ResNet-18 on CIFAR-10 with TPE, 10 epochs each: the students’ files, unedited.",
      caution: "",
    },
    "as-the-students-ran-it": {
      name: "As the students ran it",
      what: "The same files as their program understood them: 12 epochs, four settings that do nothing, judged by test accuracy.",
      caution: "Tuning on the test set flatters the result. It is here to compare.",
    },
    smoke: {
      name: "Smoke test",
      what: "3 tiny trials on drawn shapes: does everything work on this device?",
      caution: "",
    },
  },
  fitted: (width: number, epochs: number, images: number | null) =>
    `On this device: width ${width}, ${epochs} epochs, ${images === null ? "all" : integer(images)} images.`,
};
