import type { DatasetName, TrainingSettings } from "../../core/config/types.ts";
import { AppError } from "../../core/errors.ts";
import type { ParameterSettings } from "../../engine/training/parameters/hyperparameters.ts";
import type { DatasetDefinition } from "../definition.ts";
import * as table from "./table.ts";
import { word } from "../../core/words/index.ts";

const known = new Map<DatasetName, DatasetDefinition>();

/** Adds a data set besides those of the table. @throws RangeError for a name that is taken */
export function registerDataset(definition: DatasetDefinition): void {
  if (known.has(definition.name))
    throw new RangeError(`name: ${definition.name} is registered already`);
  known.set(definition.name, definition);
}

for (const definition of Object.values(table)) registerDataset(definition);

/** All data sets, in the order of their titles. */
export function allDatasets(): readonly DatasetDefinition[] {
  return [...known.values()].sort((a, b) => (a.title < b.title ? -1 : 1));
}

/** Null for a name that no set here has. */
export function findDataset(name: DatasetName): DatasetDefinition | null {
  return known.get(name) ?? null;
}

/** What training, and whoever asks what it costs, needs to know of `TrainingSettings.dataset`.
 *  @throws AppError "dataset-unknown" naming those there are */
export function datasetOf(name: DatasetName): DatasetDefinition {
  const found = known.get(name);
  if (found) return found;
  const names = [...known.keys()].sort();
  throw new AppError(
    "dataset-unknown",
    word("unknown-dataset", { dataset: name, names }),
    { path: "tabtune.dataset", dataset: name },
  );
}

/** What trials on a data set augment with unless they choose otherwise. @throws AppError "dataset-unknown" */
export const defaultAugment = (name: DatasetName): string => datasetOf(name).augment;

/** The settings that decide what parameters mean, the data set's own augmentation included. */
export const parameterSettings = (training: TrainingSettings): ParameterSettings => ({
  ...training,
  augment: defaultAugment(training.dataset),
});
