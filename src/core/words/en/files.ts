import type { CatalogueOf } from "../catalogue.ts";
import type { files as area } from "../vocabulary/files.ts";

export const files: CatalogueOf<typeof area> = {
  "invalid-json": ({ reason }, say) => `This is not valid JSON: ${say(reason)}`,
  "invalid-yaml": ({ reason }, say) => `The configuration is not valid YAML: ${say(reason)}`,
  "key-twice": ({ key }) => `The key ${key} stands there twice.`,
  "key-no-word": "A key must be a plain word.",
  "text-too-long": ({ characters }) => `The text is longer than ${characters} characters.`,
  "text-too-large": ({ values, levels }) =>
    `The text holds more than ${values} values or ${levels} levels.`,
  "text-too-deep": "The text is nested more than 60 levels deep.",
  "no-object": ({ value }) => `Expected an object with keys, got ${value}.`,
  "no-finite-number": ({ value }) => `Expected a finite number, got ${value}.`,
  "no-plain-data": ({ type }) => `Expected plain data, got ${type}.`,
  "forbidden-key": ({ key }) => `The key "${key}" is not allowed.`,
  "no-file": "There is no file.",
  "it-is-empty": "It is empty.",
  "two-spaces": ({ one, other }) => `${one} and ${other} are two search spaces. Drop one of them.`,
  "two-configurations": ({ one, other }) =>
    `${one} and ${other} are two configurations. Drop one of them.`,
  "two-spaces-pasted": "These are two search spaces. Give one of them.",
  "two-configurations-pasted": "These are two configurations. Give one of them.",
  "neither-space-nor-configuration":
    'This is neither a search space, whose parameters have "_type" and "_value", nor a configuration with a field of NNI\'s.',
  "unknown-file": ({ file }) =>
    `${file} is neither a search space, a configuration, an experiment nor a data archive.`,
  "unknown-text":
    "The text is neither a search space, a configuration, an experiment nor a data archive.",
  "file-too-large": ({ bytes }) => `The file has ${bytes} bytes; experiments have less.`,
  "file-names-weights": "The file names saved weights, which no file contains.",
  "file-too-deep": ({ levels }) => `The file holds more than ${levels} levels.`,
  "file-too-many-values": ({ values }) => `The file holds more than ${values} values.`,
  "file-no-json": "The file is not valid JSON.",
  "link-characters": "The link contains characters that do not belong there.",
  "link-unpacks-to": ({ bytes }) =>
    `The link unpacks to more than ${bytes} bytes and was not read any further.`,
  "link-not-unpacked": "The link is damaged: its data cannot be unpacked.",
  "link-to-make": ({ characters }) =>
    `This experiment would make a link of ${characters} characters; save it as a file instead.`,
  "link-too-long": ({ characters }) => `The link has ${characters} characters.`,
  "link-of-another-version": "The link was made by another version or is not complete.",
  "link-incomplete": "The link is not complete.",
  "link-checksum": "The link is damaged: its checksum is wrong.",
  "link-unreadable": "The link is damaged: its text cannot be read.",
  "link-too-deep": ({ levels }) => `The link holds more than ${levels} levels.`,
  "link-too-many-values": ({ values }) => `The link holds more than ${values} values.`,
  "link-too-many-epochs": ({ epochs }) => `The link holds more than ${epochs} epochs.`,
  "no-link": "There is no link to copy.",
  "link-without-journal": "A link holds no journal; only a file can be kept.",
  "expected-object": 'Expected an object such as {"lr": 0.1}.',
};
