import type { CatalogueOf } from "../catalogue.ts";
import type { storage as area } from "../vocabulary/storage.ts";

export const storage: CatalogueOf<typeof area> = {
  "write-to": ({ stores }) => `write to ${stores.join(", ")}`,
  "read-from": ({ stores }) => `read from ${stores.join(", ")}`,
  "write-file": ({ path }) => `write the file ${path}`,
  "read-file": ({ path }) => `read the file ${path}`,
  "delete-file": ({ path }) => `delete the file ${path}`,
  "list-files": "list the files",
  "open-database": "open the database",
  "space-used-up": ({ doing }, say) =>
    `The browser's space for this site is used up (could not ${say(doing)}). Delete experiments or data sets and try again.`,
  "newer-version":
    "A newer version of this page wrote the stored experiments. Reload to get the newer version; nothing was changed.",
  "could-not": ({ doing, reason }, say) => `Could not ${say(doing)}: ${say(reason)}`,
  "not-enough-space": ({ needed, free }) =>
    `This needs ${megabytes(needed)} of browser storage, ${megabytes(free)} are free. Delete experiments or data sets, or free disk space.`,
  "checkpoint-file": ({ path, problem }, say) => `The checkpoint ${path} ${say(problem)}.`,
  "file-missing": "is missing",
  "file-length": ({ bytes, expected }) => `has ${bytes} bytes instead of ${expected}`,
  "file-changed": "has changed since it was written",
  "journal-expects": ({ experiment, expected, got }) =>
    `The journal of ${experiment} expects event ${expected}, got ${got}: another tab may have written it.`,
  "journal-uncreated": ({ experiment, type }) =>
    `There is no experiment ${experiment}: its first event must create it, got ${type}.`,
  "no-such-journal": ({ experiment }) => `There is no experiment ${experiment}.`,
  "journal-incomplete": ({ experiment, expected, from, found }) =>
    `The stored journal of ${experiment} is damaged: ${expected} events expected from ${from} on, ${found} found.`,
};

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
