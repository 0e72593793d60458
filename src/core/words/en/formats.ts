import { sayAll, type CatalogueOf } from "../catalogue.ts";
import type { formats as area } from "../vocabulary/formats.ts";

export const formats: CatalogueOf<typeof area> = {
  "empty-file": "The file is empty.",
  "damaged-gzip": "The compressed file is damaged or was not downloaded completely.",
  "more-bytes": ({ bytes }) => `More than ${bytes} bytes arrived.`,
  "no-archive": "This is not a tar archive, it is damaged, or it was not downloaded completely.",
  "entry-too-large": ({ entry, bytes, most }) =>
    `${entry} in the archive has ${bytes} bytes; at most ${most} are expected.`,
  "entry-images": ({ entry, expected, images }) =>
    `${entry} should hold ${expected} images, but holds ${images}.`,
  "entry-missing": ({ entry, files, choices }) =>
    `${entry} is not in ${files.join(", ")}. Use ${choices.join(", ")}.`,
  "no-idx-file": ({ file }) =>
    `${file} is no idx file of bytes. Give the files as they were published.`,
  "idx-length": ({ file, expected, bytes }) =>
    `${file} says that it holds ${expected} bytes, but holds ${bytes}. Get it again.`,
  "training-images": "training images",
  "training-labels": "training labels",
  "test-images": "test images",
  "test-labels": "test labels",
  "both-hold": ({ one, other, part }, say) =>
    `${one} and ${other} both hold the ${say(part)}. Give one of them.`,
  "missing-parts": ({ parts, names }, say) =>
    `Missing: ${sayAll(parts, say, ", ")}. Give all four files at once: ${names.join(", ")}.`,
  "idx-of-another": ({ file, dimensions, title, train, test, size }) =>
    `${file} holds ${dimensions} bytes; ${title} has ${train} and ${test} images of ${size}, and as many labels.`,
  "idx-label": ({ file, index, label, most }) =>
    `${file}: label ${index} is ${label}; labels are 0 to ${most}.`,
  "image-unreadable": ({ problem }, say) => `The image file could not be read: ${say(problem)}.`,
  "ends-early": "it ends early",
  "png-rows": ({ rows, expected }) => `${rows} of ${expected} rows`,
  "no-png": "it is no PNG",
  "png-header": "it has no header",
  "png-kind": "only 8 bits a channel without interlacing are read",
  "png-part": "an extra part is too large",
  "png-filter": ({ filter }) => `filter ${filter}`,
  "pickle-unreadable": ({ problem, at }, say) =>
    `Not a readable Python batch: ${say(problem)} at byte ${at}.`,
  "pickle-line": "a line does not end",
  "pickle-stack": "the stack is empty",
  "pickle-mark": "a mark is missing",
  "pickle-dictionary": "items are set on no dictionary",
  "pickle-list": "items are appended to no list",
  "pickle-memo": "an unknown memo entry",
  "pickle-integer": "an integer is too long",
  "pickle-call": "something unnamed is called",
  "pickle-state": "state is set on no object",
  "pickle-opcode": ({ opcode }) => `unknown opcode ${opcode}`,
};
