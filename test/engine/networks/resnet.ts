import type { Graph } from "../../../src/engine/model/graph.ts";
import { findNetwork } from "../../../src/engine/networks/index.ts";

interface ResnetOptions {
  readonly depth?: 10 | 18 | 34;
  readonly width?: number;
  readonly convSize?: number;
  readonly hiddenSize?: number;
  readonly dropoutRate?: number;
}

/** A ResNet for 32x32 images of ten classes, ResNet-18 of width 64 where nothing else is said. */
export function resnet(options: ResnetOptions = {}): Graph {
  const { depth = 18, width, convSize, hiddenSize, dropoutRate } = options;
  const given = {
    width,
    conv_size: convSize,
    hidden_size: hiddenSize,
    dropout_rate: dropoutRate,
  };
  const input = { height: 32, width: 32, channels: 3 };
  return findNetwork(`resnet${depth}`).build(given as Record<string, number>, input, 10);
}
