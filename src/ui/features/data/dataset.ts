import type { DatasetName } from "../../../core/config/types.ts";
import { findDataset } from "../../../data/sets/registry.ts";
import type { Messages } from "../../messages/en/index.ts";
import type { LanguageFolder } from "../../messages/language.ts";

/** What a data set is called; its name where it is not known here. */
export const titleOf = (dataset: DatasetName): string => findDataset(dataset)?.title ?? dataset;

/** Names of its classes by label, in the reader's language where there are some. */
export function classesOf(
  dataset: DatasetName,
  { classes }: Pick<LanguageFolder, "classes">,
): readonly string[] {
  return classes[dataset] ?? findDataset(dataset)?.shape.classes ?? [];
}

/** A sentence about it. */
export function aboutOf(dataset: DatasetName, t: Messages): string {
  const said = t.data.about[dataset];
  const definition = findDataset(dataset);
  if (said !== undefined || !definition) return said ?? "";
  const { counts, shape } = definition;
  return t.data.images(counts.train + counts.test, shape.width, shape.height, shape.classes.length);
}

/** Who made it and on what terms. */
export const creditOf = (dataset: DatasetName): string => findDataset(dataset)?.credit ?? "";

/** Its own files: one of these lists. */
export const fileChoices = (dataset: DatasetName): readonly (readonly string[])[] =>
  findDataset(dataset)?.files?.choices ?? [];
