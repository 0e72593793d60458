import { AppError } from "../../core/errors.ts";
import type { DatasetDefinition, FileImages } from "../definition.ts";
import type { ShardSource } from "./source.ts";
import { word } from "../../core/words/index.ts";

/** Files that the user dropped or picked. */
export const fileSource = (definition: DatasetDefinition): ShardSource =>
  async function* ({ files, phase }) {
    const images = definition.files;
    if (!images) throw new TypeError(`${definition.name}: expected a data set that comes as files`);
    if (files.length === 0)
      throw new AppError(
        "dataset-unavailable",
        word("no-files-given", { choices: images.choices.map((names) => names.join(", ")) }),
      );
    phase("unpacking");
    const read = await images.load();
    yield* read(files, definition);
  };

/** e.g. `a.tar.gz or b.tar.gz`, or `a.gz, b.gz`. */
export const choicesInWords = ({ choices }: Pick<FileImages, "choices">): string =>
  choices.map((names) => names.join(", ")).join(" or ");
