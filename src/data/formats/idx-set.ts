import { AppError } from "../../core/errors.ts";
import { imageBytes, type DatasetShape } from "../../engine/dataset-shape.ts";
import type { DatasetDefinition, ReadFiles } from "../definition.ts";
import { recordBytes } from "../records.ts";
import { plannedShards } from "../shards.ts";
import { readIdx, type IdxBytes } from "./idx.ts";
import { word } from "../../core/words/index.ts";

const kinds = ["training-images", "training-labels", "test-images", "test-labels"] as const;
type Kind = (typeof kinds)[number];

interface Found {
  readonly file: string;
  readonly data: Uint8Array;
}

/** Four idx files, known by what they hold: images and labels of both splits. */
export const readIdxSet: ReadFiles = async function* (files, definition) {
  const { counts, shape } = definition;
  const found = new Map<Kind, Found>();
  for (const file of files) {
    const { dimensions, data } = await readIdx(file, (counts.train + 1) * imageBytes(shape));
    const kind = kindOf(file.name, dimensions, definition);
    const before = found.get(kind);
    if (before)
      throw new AppError(
        "dataset-format",
        word("both-hold", { one: before.file, other: file.name, part: word(kind) }),
        { file: file.name },
      );
    found.set(kind, { file: file.name, data });
  }
  const missing = kinds.filter((kind) => !found.has(kind));
  if (missing.length > 0) {
    const names = definition.files?.choices[0] ?? [];
    throw new AppError(
      "dataset-format",
      word("missing-parts", { parts: missing.map((kind) => word(kind)), names }),
      { missing: missing.length },
    );
  }
  const next = { train: 0, test: 0 };
  for (const { name, split, count } of plannedShards(definition)) {
    const whose = split === "train" ? "training" : "test";
    const [images, labels] = [found.get(`${whose}-images`)!, found.get(`${whose}-labels`)!];
    const start = next[split];
    next[split] += count;
    yield { name, bytes: recordsOf(images, labels, { start, count }, shape) };
  }
};

/** @throws AppError "dataset-format" for a file that is none of the four */
function kindOf(
  file: string,
  dimensions: IdxBytes["dimensions"],
  { counts, shape, title }: DatasetDefinition,
): Kind {
  const [count, height, width] = dimensions;
  const rest = dimensions.length;
  const isImages = rest === 3 && height === shape.height && width === shape.width;
  if (isImages || rest === 1) {
    const what = isImages ? "images" : "labels";
    if (count === counts.train) return `training-${what}`;
    if (count === counts.test) return `test-${what}`;
  }
  const size = `${shape.height}x${shape.width}`;
  throw new AppError(
    "dataset-format",
    word("idx-of-another", {
      ...{ file, title, size },
      ...{ dimensions: dimensions.join("x"), train: counts.train, test: counts.test },
    }),
    { file },
  );
}

/** Label byte and image, one after the other. */
function recordsOf(
  images: Found,
  labels: Found,
  { start, count }: { readonly start: number; readonly count: number },
  shape: DatasetShape,
): Uint8Array<ArrayBuffer> {
  const [size, step] = [imageBytes(shape), recordBytes(shape)];
  const records = new Uint8Array(count * step);
  for (let i = 0; i < count; i++) {
    const at = start + i;
    const label = labels.data[at]!;
    if (label >= shape.classes.length)
      throw new AppError(
        "dataset-format",
        word("idx-label", {
          file: labels.file,
          index: at,
          label,
          most: shape.classes.length - 1,
        }),
        { file: labels.file },
      );
    records[i * step] = label;
    records.set(images.data.subarray(at * size, (at + 1) * size), i * step + 1);
  }
  return records;
}
