import type { CatalogueOf } from "../catalogue.ts";
import type { cifar as area } from "../vocabulary/cifar.ts";

export const cifar: CatalogueOf<typeof area> = {
  "no-cifar-batches":
    "This archive holds no CIFAR-10 batches. Use cifar-10-binary.tar.gz or cifar-10-python.tar.gz.",
  "not-cifar": ({ images, perClass }) =>
    `This source does not hold CIFAR-10: ${images} images, by class ${perClass.join(", ")}; 60,000 with 6,000 of each class are expected.`,
  "order-file": "order.bin should hold 60,000 ranks of two bytes.",
  "unknown-form": ({ source }) => `${source} serves a form that is not known here.`,
  "parquet-unreadable": "The Parquet file could not be read.",
  "parquet-wrong": ({ problem }, say) => `The Parquet file is not CIFAR-10: ${say(problem)}.`,
  "row-without-picture": "a row has no picture",
  "picture-size": ({ width, height }) => `a picture has ${width} x ${height} pixels`,
  "label-is": ({ label }) => `a label is ${label}`,
  "batch-wrong": ({ problem }, say) => `Not a CIFAR-10 Python batch: ${say(problem)}.`,
  "batch-no-dictionary": "the batch should be a dictionary",
  "labels-no-list": "`labels` should be a list",
  "label-no-digit": "a label is not 0 to 9",
  "data-no-array": "`data` should be a NumPy array",
  "data-empty": "`data` has no content",
  "data-size": ({ rows, bytes }) => `\`data\` should be ${rows} x ${bytes}`,
  "data-type": "`data` should be unsigned bytes in C order",
  "data-bytes": ({ bytes }) => `\`data\` should hold ${bytes} bytes`,
  "source-wrong": ({ problem }, say) =>
    `This source does not hold CIFAR-10 as expected: ${say(problem)}.`,
  "too-many": "there are more than 60,000 images",
  "labels-for-images": ({ labels, images }) => `${labels} labels for ${images} images`,
  "picture-of-rows": ({ url, width, height }) =>
    `${url} has ${width} x ${height} pixels; a row of 1,024 for each image is expected`,
  "no-json": ({ url }) => `${url} is no JSON`,
  "no-list": ({ url }) => `${url} is no list`,
  "no-single-label": "a label is not one of ten",
};
