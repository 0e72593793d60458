import type { PresetInfo } from "../api.ts";

/** What the start page offers; the first one is the default. */
export const presets: readonly PresetInfo[] = [
  { id: "quick-look", dataset: "shapes10", trials: 12, epochs: 4 },
  { id: "small-look", dataset: "shapes10", trials: 8, epochs: 6 },
  { id: "nni-cifar10", dataset: "cifar10", trials: 10, epochs: null },
  { id: "nni-task-2.2", dataset: "cifar10", trials: 8, epochs: 10 },
  { id: "as-the-students-ran-it", dataset: "cifar10", trials: 8, epochs: 12 },
  { id: "smoke", dataset: "shapes10", trials: 3, epochs: 2 },
];
