import type { ExperimentConfig } from "../../../core/config/types.ts";
import { findTuner } from "../../../core/tuners/index.ts";

/** Parameters that are set once for all trials, with what the trainer takes and uses by itself. */
export const perTrialFields = [
  { name: "epochs", max: 10_000, usual: 10 },
  { name: "batch_size", max: 4096, usual: 128 },
  { name: "width", max: 256, usual: 64 },
] as const;

export type PerTrialField = (typeof perTrialFields)[number];

/** Those that have an effect: neither the settings, nor the search space, nor a tuner that says itself how long each trial trains
 *  decides on them. Auto does say so, and plans with the epochs that are set. */
export function effectiveFields(
  { tuner, training }: ExperimentConfig,
  spaceText: string,
): readonly PerTrialField[] {
  const definition = findTuner(tuner.name);
  const budgets = definition?.multiFidelity === true && definition.name !== "Auto";
  return perTrialFields.filter(
    ({ name }) =>
      !(name in training.overrides) &&
      !spaceText.includes(JSON.stringify(name)) &&
      !(name === "epochs" && budgets),
  );
}
