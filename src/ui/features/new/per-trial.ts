import type { ExperimentConfig } from "../../../core/config/types.ts";
import { findTuner } from "../../../core/tuners/index.ts";
import { knownParameters } from "../../../engine/training/parameters/parameter-keys.ts";

/** A parameter that can be set once for all trials, with what the trainer takes and uses by itself. */
export interface PerTrialField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly usual: number;
}

/** Those that have a field. */
export const perTrialFields: readonly PerTrialField[] = Object.entries(knownParameters()).flatMap(
  ([name, { domain, default: usual, inForm }]) =>
    inForm && domain.kind !== "name" ? [{ name, ...domain, usual: Number(usual) }] : [],
);

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
