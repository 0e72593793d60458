import type { CatalogueOf } from "../catalogue.ts";
import type { networks as area } from "../vocabulary/networks.ts";

export const networks: CatalogueOf<typeof area> = {
  node: ({ node, operation, problem }, say) => `Node ${node} (${operation}): ${say(problem)}.`,
  "two-nodes": ({ node }) => `Two nodes are named ${node}.`,
  "last-node": ({ classes }) => `The last node must give ${classes} logits.`,
  "input-channels": ({ height, width, channels }) =>
    `The input must have at most 3 channels, not ${height}x${width}x${channels}.`,
  "too-many-classes": ({ classes }) => `${classes} classes do not fit a byte.`,
  "inputs-differ": "its inputs differ in shape",
  "inputs-of-two-kinds": "some of its inputs are images and some are not",
  "inputs-differ-in-size": "its inputs differ in height or width",
  "second-input": ({ features }) => `its second input is not ${features} features`,
  "channel-groups": ({ inputs, outputs, groups }) =>
    `${inputs} -> ${outputs} channels in ${groups} groups`,
  "input-is-image": "its input is an image; pool it first",
  "input-is-no-image": "its input is not an image",
  "window-in-padding": "a window lies in the padding alone, which does not count",
  "dropout-rate": ({ rate }) => `rate ${rate}`,
  "channel-slice": ({ from, to, channels }) => `channels ${from} to ${to} of ${channels}`,
  "kernel-too-large": "the kernel is larger than its padded input",
  "not-in-order": "the nodes are not in topological order",
  "no-input": "it has no input",
  "input-count": ({ inputs, wanted }) => `it has ${inputs} inputs, not ${wanted}`,
};
