import { defineDataset } from "../../definition.ts";
import { startsWithEntry } from "../../sources/file-heads.ts";
import { hosts } from "./hosts.ts";
import { cifar10Manifest, shape } from "./manifest.ts";

/** CIFAR-10 from its official archives or one of several public hosts. */
export const cifar10 = defineDataset({
  name: "cifar10",
  title: "CIFAR-10",
  credit: "A. Krizhevsky, 2009",
  shape,
  augment: "crop-flip",
  counts: { train: 50_000, test: 10_000 },
  manifest: cifar10Manifest,
  files: {
    choices: [["cifar-10-binary.tar.gz"], ["cifar-10-python.tar.gz"]],
    recognises: (head) => startsWithEntry(head, /^(cifar-10-|(data|test)_batch)/),
    load: async () => (await import("./archive.ts")).readCifarFiles,
  },
  hosts: { list: hosts, load: async () => (await import("./host.ts")).readHost },
});
