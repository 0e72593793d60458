import { optimizerSlots, type OptimizerConfig } from "./optimizer-config.ts";

/** Slots this configuration really uses: no momentum buffer without momentum. */
export function usedSlots(config: OptimizerConfig): readonly string[] {
  const momentum = !("momentum" in config) || config.momentum !== 0;
  return optimizerSlots[config.name].filter((slot) => momentum || slot !== "momentum_buffer");
}
