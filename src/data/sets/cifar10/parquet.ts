import { AppError } from "../../../core/errors.ts";
import { imageBytes } from "../../../engine/dataset-shape.ts";
import { readPngRows } from "../../formats/png.ts";
import { shape } from "./manifest.ts";
import { word, type Word } from "../../../core/words/index.ts";

const rowsAtOnce = 2_000;

/** The rows of a Parquet file with the columns `img` { bytes: PNG } and `label`.
 *  @throws AppError "dataset-format" */
export async function readParquetImages(
  file: Uint8Array<ArrayBuffer>,
  add: (rgb: Uint8Array, label: number) => void,
): Promise<void> {
  const { parquetMetadataAsync, parquetReadObjects } = await import("hyparquet");
  const buffer = {
    byteLength: file.length,
    slice: (start: number, end?: number) => file.buffer.slice(start, end ?? file.length),
  };
  try {
    const metadata = await parquetMetadataAsync(buffer);
    const count = Number(metadata.num_rows);
    for (let rowStart = 0; rowStart < count; rowStart += rowsAtOnce) {
      const rowEnd = Math.min(count, rowStart + rowsAtOnce);
      const rows = await parquetReadObjects({
        file: buffer,
        metadata,
        columns: ["img", "label"],
        rowStart,
        rowEnd,
        // The pictures are bytes, not text.
        utf8: false,
      });
      for (const row of rows) add(await decodePicture(row.img), labelOf(row.label));
    }
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError("dataset-format", word("parquet-unreadable"), {}, { cause: thrown });
  }
}

async function decodePicture(value: unknown): Promise<Uint8Array> {
  const bytes = typeof value === "object" && value !== null && "bytes" in value ? value.bytes : null;
  if (!(bytes instanceof Uint8Array)) throw wrong(word("row-without-picture"));
  const png = bytes.slice();
  async function* once(): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    yield png;
  }
  const rgb = new Uint8Array(imageBytes(shape));
  let at = 0;
  const rows = readPngRows(once(), ({ width, height }) => {
    if (width !== 32 || height !== 32) throw wrong(word("picture-size", { width, height }));
  });
  for await (const row of rows) {
    rgb.set(row, at);
    at += row.length;
  }
  return rgb;
}

function labelOf(value: unknown): number {
  const label = Number(value);
  if (!Number.isInteger(label) || label < 0 || label > 9) throw wrong(word("label-is", { label: String(value) }));
  return label;
}

const wrong = (problem: Word): AppError =>
  new AppError("dataset-format", word("parquet-wrong", { problem }));
