import type { ExperimentConfig } from "../../core/config/types.ts";
import { hasConfigFields, parseExperimentConfig } from "../../core/config/index.ts";
import { AppError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import { recogniseFiles } from "../../data/recognise.ts";
import { blobFile } from "../../data/sources/blob-file.ts";
import type { DroppedContent, DroppedFile, SharedExperiment } from "../api.ts";
import { maxConfigTextLength, parseJsonText, parseYamlText } from "./config-text.ts";
import { recogniseFormat } from "../formats/export.ts";
import { word } from "../../core/words/index.ts";

/** Recognises what was dropped, picked or pasted, by content and, for images, by name. Starts nothing.
 *  @throws AppError "file-invalid", "config-invalid", "journal-invalid", "search-space-invalid" for one within a configuration; one
 *  of its own is checked in the form */
export async function parseDroppedFiles(
  files: readonly DroppedFile[],
  seed: number,
): Promise<DroppedContent> {
  if (files.length === 0) throw new AppError("file-invalid", word("no-file"));
  const images = await recogniseFiles(files.map((file) => ({ ...blobFile(file), file })));
  if (images)
    return {
      kind: "images",
      dataset: images.definition.name,
      files: images.files.map(({ file }) => file),
    };
  const texts = files.filter(({ name }) => mayBeConfiguration(name));
  if (texts.length === 0) throw unknownFile(files[0]!);
  const two = { searchSpace: "two-spaces", config: "two-configurations" } as const;
  const twoPasted = {
    searchSpace: "two-spaces-pasted",
    config: "two-configurations-pasted",
  } as const;
  const found: { searchSpace?: Named<JsonObject>; config?: Named<ExperimentConfig> } = {};
  for (const file of texts) {
    const content = await naming(file.name, () => read(file));
    if ("shared" in content) return { kind: "experiment", shared: content.shared };
    const kind = "searchSpace" in content ? "searchSpace" : "config";
    const before = found[kind];
    if (before)
      throw new AppError(
        "file-invalid",
        before.name && file.name
          ? word(two[kind], { one: before.name, other: file.name })
          : word(twoPasted[kind]),
      );
    Object.assign(found, { [kind]: { name: file.name, value: Object.values(content)[0] } });
  }
  const config = found.config?.value ?? null;
  const searchSpace = found.searchSpace?.value ?? config?.searchSpace ?? null;
  if (!searchSpace || !config)
    return {
      kind: "incomplete",
      searchSpace,
      config,
      missing: searchSpace ? "config" : "search-space",
    };
  return { kind: "draft", draft: { config, searchSpace, seed, preset: null } };
}

type Found =
  | { readonly shared: SharedExperiment }
  | { readonly searchSpace: JsonObject }
  | { readonly config: ExperimentConfig };

async function read({ name, blob }: DroppedFile): Promise<Found> {
  const format = await recogniseFormat(blob);
  if (format) return { shared: await format.decode(blob) };
  const object = await readObject(name, blob);
  // What is wrong with it is said where it can be mended: in the form.
  if (isSearchSpace(object)) return { searchSpace: object };
  if (hasConfigFields(object)) return { config: parseExperimentConfig(object) };
  throw new AppError("file-invalid", word("neither-space-nor-configuration"));
}

/** Says of which file an error speaks: several may have been dropped. */
async function naming<T>(name: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (!(cause instanceof AppError) || !name || cause.message.startsWith(name)) throw cause;
    const { code, word: said, details } = cause;
    throw new AppError(
      code,
      word("in-file", { file: name, said }),
      { ...details, file: name },
      { cause },
    );
  }
}

interface Named<T> {
  readonly name: string;
  readonly value: T;
}

/** NNI's folders hold programs beside its two files. */
const mayBeConfiguration = (name: string): boolean =>
  !/\.\w+$/.test(name) || /\.(json|ya?ml|txt)$/i.test(name);

async function readObject(name: string, blob: Blob): Promise<JsonObject> {
  if (blob.size > maxConfigTextLength) throw unknownFile({ name, blob });
  const text = await blob.text();
  if (text.trim() === "") throw new AppError("file-invalid", word("it-is-empty"), { name });
  try {
    return await parseYamlText(text);
  } catch (thrown) {
    // What YAML's rules say of broken JSON helps nobody.
    if (text.trimStart().startsWith("{")) parseJsonText(text, "file-invalid");
    throw thrown;
  }
}

const unknownFile = ({ name, blob }: DroppedFile): AppError =>
  new AppError("file-invalid", name ? word("unknown-file", { file: name }) : word("unknown-text"), {
    name,
    sizeBytes: blob.size,
  });

/** A search space is an object whose every value says its `_type`; a configuration has no such value. */
function isSearchSpace(object: JsonObject): boolean {
  return Object.values(object).some(
    (value) => typeof value === "object" && value !== null && "_type" in value,
  );
}
