import { AppError } from "../../core/errors.ts";
import type { NamedTensor } from "../network-engine.ts";
import { word, type Word } from "../../core/words/index.ts";

/** Contents of a safetensors file of 32-bit floats. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, NamedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const maxHeaderBytes = 16 * 2 ** 20;

/** Writes a safetensors file (8 bytes header length, JSON header, data), tensors in the map's order.
 *  @see https://huggingface.co/docs/safetensors – read by PyTorch's `safetensors` package */
export function encodeSafetensors({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Padded with spaces, so that the data begin on a multiple of 8.
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerBytes + offset).fill(0x20, 8, 8 + headerBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, 8);
  let position = 8 + headerBytes;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}

/** Reads what encodeSafetensors writes; every field is checked.
 *  @throws AppError "checkpoint-corrupt" */
export function decodeSafetensors(file: Uint8Array): TensorFile {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerBytes = file.length >= 8 ? Number(view.getBigUint64(0, true)) : 0;
  if (headerBytes < 2 || headerBytes > maxHeaderBytes || 8 + headerBytes > file.length)
    throw corrupt(word("header-cut-off"));
  const header = parseHeader(file.subarray(8, 8 + headerBytes));
  const data = file.subarray(8 + headerBytes);
  const tensors = new Map<string, NamedTensor>();
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") metadata = stringsOf(entry);
    else tensors.set(name, tensorOf(name, entry, data));
  }
  return { tensors, metadata };
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const header: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (isRecord(header)) return header;
  } catch (cause) {
    throw corrupt(word("header-no-json"), cause);
  }
  throw corrupt(word("header-no-object"));
}

function tensorOf(name: string, entry: unknown, data: Uint8Array): NamedTensor {
  if (!isRecord(entry) || entry["dtype"] !== "F32")
    throw corrupt(word("tensor-type", { tensor: name }));
  const [shape, offsets] = [entry["shape"], entry["data_offsets"]];
  if (!isLengths(shape) || !isLengths(offsets) || offsets.length !== 2)
    throw corrupt(word("tensor-placeless", { tensor: name }));
  const [start, end] = offsets as [number, number];
  const bytes = 4 * shape.reduce((a, b) => a * b, 1);
  if (end - start !== bytes || end > data.length)
    throw corrupt(word("tensor-cut-off", { tensor: name }));
  // A copy is aligned whatever the file's offset in its buffer.
  return { shape, data: new Float32Array(data.slice(start, end).buffer) };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isLengths = (value: unknown): value is readonly number[] =>
  Array.isArray(value) &&
  value.length <= 8 &&
  value.every((n) => Number.isSafeInteger(n) && n >= 0);

const stringsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );

const corrupt = (problem: Word, cause?: unknown): AppError =>
  new AppError("checkpoint-corrupt", word("weights-file-damaged", { problem }), {}, { cause });
