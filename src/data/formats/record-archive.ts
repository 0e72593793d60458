import { AppError } from "../../core/errors.ts";
import { imageBytes } from "../../engine/dataset-shape.ts";
import type { Split } from "../dataset.ts";
import type { ReadFiles } from "../definition.ts";
import { recordBytes } from "../records.ts";
import { plannedShards } from "../shards.ts";
import { gunzip } from "./gunzip.ts";
import { namingFile } from "./naming.ts";
import { readTar } from "./tar.ts";
import { word } from "../../core/words/index.ts";

/** How a tar archive holds a data set as records: label bytes and an image's planes. */
export interface RecordLayout {
  /** The file of each split. */
  readonly entries: { readonly [S in Split]: string };
  /** Label bytes of a record, and which of them is meant. */
  readonly labels: number;
  readonly label: number;
}

/** A tar archive with a file of records for each split; a record is one or more label bytes and an image's planes. */
export const readRecordArchive = ({ entries, labels, label }: RecordLayout): ReadFiles =>
  async function* (files, definition) {
    const { counts, shape } = definition;
    const found = new Map<string, Uint8Array>();
    const stride = labels + imageBytes(shape);
    for (const file of files)
      await namingFile(file.name, async () => {
        for await (const entry of readTar(gunzip(file.open()))) {
          const split = (["train", "test"] as const).find((one) =>
            `/${entry.name}`.endsWith(`/${entries[one]}`),
          );
          if (!split) continue;
          const content = await entry.read(counts[split] * stride);
          if (content.length !== counts[split] * stride)
            throw new AppError(
              "dataset-format",
              word("entry-images", {
          entry: entry.name,
          expected: counts[split],
          images: content.length / stride,
        }),
              { name: entry.name },
            );
          found.set(split, content);
        }
      });
    for (const split of ["train", "test"] as const)
      if (!found.has(split))
        throw new AppError(
          "dataset-format",
          word("entry-missing", {
          entry: entries[split],
          files: files.map(({ name }) => name),
          choices: definition.files!.choices.flat(),
        }),
          { name: entries[split] },
        );
    const next = { train: 0, test: 0 };
    const step = recordBytes(shape);
    for (const { name, split, count } of plannedShards(definition)) {
      const content = found.get(split)!;
      const bytes = new Uint8Array(count * step);
      for (let i = 0; i < count; i++) {
        const from = (next[split] + i) * stride;
        bytes[i * step] = content[from + label]!;
        bytes.set(content.subarray(from + labels, from + stride), i * step + 1);
      }
      next[split] += count;
      yield { name, bytes };
    }
  };
