import type { OwnWeight } from "../model/weight-spec.ts";

/** Weights of a linear layer. @param shape of the filter or matrix, outputs first */
export function weightAndBias(
  shape: readonly [outputs: number, ...more: number[]],
  bias: boolean,
  fanIn: number,
): readonly OwnWeight[] {
  const base = { trainable: true, fanIn };
  return [
    { ...base, suffix: "weight", role: "weight", shape },
    ...(bias ? [{ ...base, suffix: "bias", role: "bias", shape: [shape[0]] } as const] : []),
  ];
}
