import { AppError } from "../../../core/errors.ts";
import type { JsonValue } from "../../../core/json.ts";
import { imageBytes as bytesOfImage } from "../../../engine/dataset-shape.ts";
import { readAll } from "../../formats/gunzip.ts";
import { readPngRows } from "../../formats/png.ts";
import { recordBytes as bytesOfRecord } from "../../records.ts";
import type { PublicHost } from "../../sources/host.ts";
import type { ShardPiece, SourceContext } from "../../sources/source.ts";
import { cifar10Count, parseOrder, toCanonicalShards } from "./canonical-order.ts";
import { shape } from "./manifest.ts";
import { readParquetImages } from "./parquet.ts";
import { word, type Word } from "../../../core/words/index.ts";

const imageBytes = bytesOfImage(shape);
const recordBytes = bytesOfRecord(shape);

/** A host that keeps the images as pictures. */
export interface PictureHost extends PublicHost {
  readonly format: "sprite" | "batch-sprites" | "parquet";
}

const maxLabelBytes = 4_000_000;

/** CIFAR-10 from a host that keeps it as pictures, in an order of its own. All 60,000 records (184 MB) are collected in
 *  memory, then brought into the official order. */
export async function* readUnordered(
  host: PictureHost,
  context: SourceContext,
): AsyncGenerator<ShardPiece, void, undefined> {
  const records = new RecordCollector();
  switch (host.format) {
    case "sprite": {
      const [picture, labels] = host.files;
      await collectSprite(context, picture!, records);
      records.setLabels(oneHotLabels(await fetchBytes(context, labels!)));
      break;
    }
    case "batch-sprites": {
      const labels: number[] = [];
      for (const url of host.files.slice(6)) labels.push(...(await fetchLabels(context, url)));
      for (const url of host.files.slice(0, 6)) await collectSprite(context, url, records);
      records.setLabels(labels);
      break;
    }
    case "parquet":
      for (const url of host.files) {
        const bytes = await readAll(context.download.open(context.signal, url), host.downloadBytes);
        await readParquetImages(bytes, (rgb, label) => records.addImage(rgb, label));
      }
      break;
    default:
      throw new RangeError(`format: ${host.format satisfies never}`);
  }
  context.phase("verifying");
  const order = await context.readAsset(new URL("./order.bin", import.meta.url));
  yield* toCanonicalShards(records.bytes(), parseOrder(order));
}

/** Gathers interleaved RGB images as records of planes. */
class RecordCollector {
  private readonly records = new Uint8Array(cifar10Count * recordBytes);
  private count = 0;

  /** @param rgb [3072] bytes R, G, B, R, G, B … */
  addImage(rgb: Uint8Array, label: number): void {
    if (this.count === cifar10Count) throw wrong(word("too-many"));
    const record = this.records.subarray(this.count * recordBytes);
    record[0] = label;
    for (let i = 0; i < imageBytes / 3; i++)
      for (let c = 0; c < 3; c++) record[1 + c * 1024 + i] = rgb[3 * i + c]!;
    this.count++;
  }

  setLabels(labels: readonly number[]): void {
    if (labels.length !== this.count)
      throw wrong(word("labels-for-images", { labels: labels.length, images: this.count }));
    labels.forEach((label, i) => {
      this.records[i * recordBytes] = label;
    });
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.records.subarray(0, this.count * recordBytes);
  }
}

/** A picture of 1,024 pixels a row; every row is one image. */
async function collectSprite(
  { download, signal }: SourceContext,
  url: string,
  records: RecordCollector,
): Promise<void> {
  const rows = readPngRows(download.open(signal, url), ({ width, height }) => {
    if (width !== imageBytes / 3 || height > cifar10Count)
      throw wrong(word("picture-of-rows", { url, width, height }));
  });
  for await (const row of rows) records.addImage(row, 0);
}

const fetchBytes = ({ download, signal }: SourceContext, url: string): Promise<Uint8Array> =>
  readAll(download.open(signal, url), maxLabelBytes);

/** Ten bytes for each image, a single one of them 1. */
function oneHotLabels(bytes: Uint8Array): number[] {
  return Array.from({ length: bytes.length / 10 }, (_, i) => hotIndex([...bytes.subarray(i * 10, i * 10 + 10)]));
}

/** A JSON list of class numbers, or of lists with a single 1. */
async function fetchLabels(context: SourceContext, url: string): Promise<number[]> {
  let value: JsonValue;
  try {
    value = JSON.parse(new TextDecoder().decode(await fetchBytes(context, url))) as JsonValue;
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw wrong(word("no-json", { url }));
  }
  if (!Array.isArray(value)) throw wrong(word("no-list", { url }));
  return (value as readonly JsonValue[]).map((item) =>
    Array.isArray(item) ? hotIndex(item as readonly JsonValue[]) : Number(item),
  );
}

function hotIndex(values: readonly JsonValue[]): number {
  const index = values.indexOf(1);
  if (index < 0 || values.indexOf(1, index + 1) >= 0) throw wrong(word("no-single-label"));
  return index;
}

const wrong = (problem: Word): AppError =>
  new AppError("dataset-format", word("source-wrong", { problem }));
