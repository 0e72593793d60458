import type { CatalogueOf } from "../catalogue.ts";
import type { data as area } from "../vocabulary/data.ts";

export const data: CatalogueOf<typeof area> = {
  "dataset-not-here": ({ dataset }) => `${dataset} is not here yet: choose a source.`,
  "dataset-incomplete": ({ dataset, shard }) =>
    `${dataset} is not complete here: ${shard} is missing. Prepare the data set again.`,
  "unknown-dataset": ({ dataset, names }) =>
    `There is no data set ${JSON.stringify(dataset)} here. Use one of: ${names.join(", ")}.`,
  "unknown-source": ({ dataset, source }) => `${dataset} has no source called ${source}.`,
  "not-served": ({ source, dataset }) =>
    `${source} does not serve ${dataset} (\`npm run data\` prepares it). Choose another source.`,
  "not-all-held": ({ source, dataset, missing }) =>
    `${source} does not hold all of ${dataset}: ${missing.join(", ")} missing.`,
  "no-files-given": ({ choices }) => `No file was given. Choose ${choices.join(" or ")}.`,
  "shard-too-large": ({ url, shard }) => `${url} is larger than ${shard} should be.`,
  "manifest-wrong": ({ dataset, path, expected }, say) =>
    `Manifest of ${dataset}: ${path} should be ${say(expected)}.`,
  "train-or-test": '"train" or "test"',
  "a-list-of": ({ most }) => `a list of 1 to ${most}`,
  "like-this": ({ text }) => `like "${text}"`,
  "one-to": ({ most }) => `1 to ${most}`,
  "exactly-number": ({ number }) => `${number}`,
  "hexadecimal-digits": "64 hexadecimal digits",
  "unrepeated-names": "free of repeated names",
  "at-most-images": ({ images }) => `at most ${images} images`,
  "part-of-a-record": ({ record, bytes }) =>
    `Records of ${record} bytes are expected; ${bytes} bytes are not a whole number of them.`,
  "record-label": ({ record, label, most }) =>
    `Record ${record} has the label ${label}; labels are 0 to ${most}.`,
  "images-wrong": ({ shard, problem }, say) =>
    `The images of ${shard} are not what they should be: ${say(problem)}. Nothing was trained on them.`,
  "bytes-instead": ({ bytes, expected }) => `${bytes} bytes instead of ${expected}`,
  "digest-differs": "their SHA-256 digest differs",
  "not-so-many-records": ({ records }) => `not ${records} records`,
  "brightness-instead": ({ mean, expected }) =>
    `their mean brightness is ${mean} instead of ${expected}`,
  "download-broke-off": ({ url, problem }, say) =>
    `${url} could not be downloaded: ${say(problem)}. What has arrived is kept; try again, or choose another source.`,
  "stored-part-damaged": "its stored part is damaged",
  "another-file": "the server has another file than before",
  "server-answered": ({ status }) => `the server answered ${status}`,
  "connection-ended": ({ received, total }) =>
    `the connection ended after ${received} of ${total} bytes`,
  "no-data-arrived": "no data arrived for a while",
  "download-cancelled": "Cancelled. What has arrived is kept.",
};
