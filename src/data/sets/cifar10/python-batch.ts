import { AppError } from "../../../core/errors.ts";
import { imageBytes as bytesOfImage } from "../../../engine/dataset-shape.ts";
import { isPickledObject, readPickle, type Pickled } from "../../formats/pickle.ts";
import { toRecords } from "../../records.ts";
import { shape } from "./manifest.ts";
import { word, type Word } from "../../../core/words/index.ts";

const imageBytes = bytesOfImage(shape);

/** A batch of `cifar-10-python.tar.gz` (a dictionary with `labels` and the NumPy array `data` [n, 3072]) as records.
 *  @throws AppError "dataset-format" */
export function recordsFromPythonBatch(pickle: Uint8Array): Uint8Array<ArrayBuffer> {
  const batch = readPickle(pickle);
  if (!(batch instanceof Map)) throw wrong(word("batch-no-dictionary"));
  const labels = batch.get("labels");
  if (!Array.isArray(labels)) throw wrong(word("labels-no-list"));
  const isLabel = (label: Pickled): label is number =>
    typeof label === "number" && Number.isInteger(label) && label >= 0 && label < shape.classes.length;
  if (!labels.every(isLabel)) throw wrong(word("label-no-digit"));
  const images = arrayBytes(batch.get("data"), labels.length);
  return toRecords({ images, labels: Uint8Array.from(labels), shape });
}

/** NumPy's state of an array is (version, shape, dtype, is Fortran order, bytes). */
function arrayBytes(array: Pickled | undefined, count: number): Uint8Array {
  if (!isPickledObject(array) || !array.callable.endsWith("multiarray._reconstruct"))
    throw wrong(word("data-no-array"));
  if (!Array.isArray(array.state) || array.state.length !== 5) throw wrong(word("data-empty"));
  const [, size, dtype, fortranOrder, content] = array.state;
  if (!Array.isArray(size) || size[0] !== count || size[1] !== imageBytes || size.length !== 2)
    throw wrong(word("data-size", { rows: count, bytes: imageBytes }));
  const type = isPickledObject(dtype) && Array.isArray(dtype.args) ? dtype.args[0] : null;
  if (type !== "u1" || fortranOrder === true || fortranOrder === 1)
    throw wrong(word("data-type"));
  if (!(content instanceof Uint8Array) || content.length !== count * imageBytes)
    throw wrong(word("data-bytes", { bytes: count * imageBytes }));
  return content;
}

const wrong = (problem: Word): AppError =>
  new AppError("dataset-format", word("batch-wrong", { problem }));
