import type { CatalogueOf } from "../catalogue.ts";
import type { training as area } from "../vocabulary/training.ts";

const anyOf = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;

export const training: CatalogueOf<typeof area> = {
  "value-in-space": ({ path, value, expected }, say) =>
    `${path}: expected ${say(expected)}, and the space contains ${value}. Remove or replace that value.`,
  "unknown-key": ({ path, key, names }) =>
    `${path}: no network or optimizer reads the key ${JSON.stringify(key)}. Remove it, list it under inertKeys, or use one of: ${names.join(", ")}.`,
  "cannot-be-had": ({ path, name, reason }, say) =>
    `${path}: ${name} cannot be had: ${say(reason)}. Remove it, or choose another one.`,
  "cannot-be-built":
    "NNI's own definition of it divides channels with / and cannot be built in Python 3, so nothing says what it is",
  "epochs-by-tuner": ({ path, tuner }) =>
    `${path}: ${tuner} says itself how many epochs each trial trains, so epochs would have no effect. Remove it, or choose another tuner.`,
  "unfilled-batch": ({ path, batch, images }) =>
    `${path}: a batch of ${batch} cannot be filled with the ${images} images left to train on. Use at most ${images}, or more training images.`,
  "batch-over-images": ({ batch, images }) =>
    `batch_size: ${batch} is more than the ${images} training images. Choose a smaller one.`,
  "searched-twice": ({ path, key }) =>
    `${path}: ${key} is searched in two places, and a trial has only one. Remove one of them, or put each into an option of the same choice.`,
  "without-effect": ({ path, key, values, selector, owners }) =>
    `${path}: ${key} has no effect with ${values.join(", ")}. Remove it, list it under inertKeys, or let ${selector} choose ${anyOf(owners)}.`,
  "takes-names": ({ path, key, expected }, say) =>
    `${path}: ${key} takes ${say(expected)}, not numbers. Use {"_type":"choice","_value":[…]}.`,
  "takes-integers": ({ path, key, type }) =>
    `${path}: ${key} takes integers, and ${type} gives fractions. Use randint or choice, or a quantised type with an integer step.`,
  "searched-inert": ({ path }) => `${path} is searched but deliberately without effect.`,
  "searched-fixed": ({ path, key }) => `${path} is searched, but the settings fix ${key}.`,
  "inert-when": ({ path, selector, values }) =>
    `${path} has no effect when ${selector} is ${anyOf(values)}.`,
  "compared-on-test":
    "Trials are compared on the test images, so the winner's result is too good to be true.",
  "not-used": ({ path, value }) => `${path}: ${value} is not used here.`,
  "nothing-to-judge-by":
    'validationImages: 0 leaves nothing to judge trials by. Choose some, or the metric "test".',
  "nothing-to-train-on": ({ images, validation }) =>
    `trainImages: ${images} images minus ${validation} for validation leave nothing to train on.`,
  "too-many-images": ({ setting, images, dataset, train, test, most }) =>
    `${setting}: ${images} images, but ${dataset} has ${train} for training and ${test} for the test. Use at most ${most}.`,
  "all-validation": ({ validation, used }) =>
    `${validation} validation images leave nothing of ${used} images to train on. Choose fewer.`,
  "batch-misfit": ({ batch, largest }) =>
    `batch_size ${batch} does not fit this device; the largest that does is ${largest}.`,
  "network-misfit":
    "The network does not fit this device with any batch_size; use a smaller width.",
  "training-loss-exploded": ({ epoch }) => `The training loss of epoch ${epoch} has exploded.`,
  "training-loss-lost": ({ epoch }) => `The training loss of epoch ${epoch} is not a number.`,
  "validation-loss-exploded": ({ epoch }) => `The validation loss of epoch ${epoch} has exploded.`,
  "validation-loss-lost": ({ epoch }) => `The validation loss of epoch ${epoch} is not a number.`,
  "loss-lost": ({ epoch }) => `The loss of epoch ${epoch} is not a number.`,
  "weights-lost": ({ tensor, epoch }) =>
    `The weights ${tensor} in epoch ${epoch} are no longer numbers.`,
  "trial-aborted": "The trial was aborted.",
  "no-checkpoint": "The file is not a checkpoint of this version.",
  "checkpoint-number": ({ key }) => `The checkpoint's ${key} is not a number.`,
  "checkpoint-kernels": "The checkpoint's kernels cannot be read.",
  "weights-file-damaged": ({ problem }, say) => `The weights file is damaged: ${say(problem)}.`,
  "header-cut-off": "its header is cut off",
  "header-no-json": "its header is not JSON",
  "header-no-object": "its header is not an object",
  "tensor-type": ({ tensor }) => `${tensor} is not of type F32`,
  "tensor-placeless": ({ tensor }) => `${tensor} has no shape or place`,
  "tensor-cut-off": ({ tensor }) => `${tensor} is cut off`,
  "weights-of-another": ({ tensor, shape }) =>
    `The weights are of another network: ${tensor} should be [${shape.join(", ")}].`,
};
