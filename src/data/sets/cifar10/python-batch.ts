import { AppError } from "../../../core/errors.ts";
import { imageBytes as bytesOfImage } from "../../../engine/dataset-shape.ts";
import { isPickledObject, readPickle, type Pickled } from "../../formats/pickle.ts";
import { toRecords } from "../../records.ts";
import { shape } from "./manifest.ts";

const imageBytes = bytesOfImage(shape);

/** A batch of `cifar-10-python.tar.gz` (a dictionary with `labels` and the NumPy array `data` [n, 3072]) as records.
 *  @throws AppError "dataset-format" */
export function recordsFromPythonBatch(pickle: Uint8Array): Uint8Array<ArrayBuffer> {
  const batch = readPickle(pickle);
  if (!(batch instanceof Map)) throw wrong("the batch should be a dictionary");
  const labels = batch.get("labels");
  if (!Array.isArray(labels)) throw wrong("`labels` should be a list");
  const isLabel = (label: Pickled): label is number =>
    typeof label === "number" && Number.isInteger(label) && label >= 0 && label < shape.classes.length;
  if (!labels.every(isLabel)) throw wrong("a label is not 0 to 9");
  const images = arrayBytes(batch.get("data"), labels.length);
  return toRecords({ images, labels: Uint8Array.from(labels), shape });
}

/** NumPy's state of an array is (version, shape, dtype, is Fortran order, bytes). */
function arrayBytes(array: Pickled | undefined, count: number): Uint8Array {
  if (!isPickledObject(array) || !array.callable.endsWith("multiarray._reconstruct"))
    throw wrong("`data` should be a NumPy array");
  if (!Array.isArray(array.state) || array.state.length !== 5) throw wrong("`data` has no content");
  const [, size, dtype, fortranOrder, content] = array.state;
  if (!Array.isArray(size) || size[0] !== count || size[1] !== imageBytes || size.length !== 2)
    throw wrong(`\`data\` should be ${count} x ${imageBytes}`);
  const type = isPickledObject(dtype) && Array.isArray(dtype.args) ? dtype.args[0] : null;
  if (type !== "u1" || fortranOrder === true || fortranOrder === 1)
    throw wrong("`data` should be unsigned bytes in C order");
  if (!(content instanceof Uint8Array) || content.length !== count * imageBytes)
    throw wrong(`\`data\` should hold ${count * imageBytes} bytes`);
  return content;
}

const wrong = (problem: string): AppError =>
  new AppError("dataset-format", `Not a CIFAR-10 Python batch: ${problem}.`);
