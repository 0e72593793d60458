import type { AugmentOptions } from "../../network-engine.ts";
import {
  defaultNetworkName,
  findNetwork,
  networkNames,
  ownParameters,
  refusedNetworks,
  type NetworkChoice,
} from "../../networks/index.ts";
import { findName } from "../../parameter-domain.ts";
import { configureOptimizer, optimizerNames } from "../optimizer-config.ts";
import { defineParameter } from "./parameter.ts";
import { scheduleNames } from "../schedule.ts";

export const augmentNames = ["none", "crop", "flip", "crop-flip", "crop-flip-cutout"] as const;

/** What training itself reads, each under its field of `Hyperparameters`. From here follow what search spaces may say and how it is
 *  checked, defaults, fields of the form, and which configurations are the same. */
export const trainingParameters = {
  /** Base rate of the schedule. */
  learningRate: defineParameter({
    key: "lr",
    domain: { kind: "number", min: 0, minExcluded: true, max: 1000 },
    default: 0.1,
  }),
  optimizer: defineParameter(
    { key: "optimizer", domain: { kind: "name", names: optimizerNames }, default: "SGD" },
    configureOptimizer,
  ),
  epochs: defineParameter({
    key: "epochs",
    domain: { kind: "integer", min: 1, max: 10_000 },
    default: 10,
    inForm: true,
  }),
  batchSize: defineParameter({
    key: "batch_size",
    domain: { kind: "integer", min: 1, max: 4096 },
    default: 128,
    inForm: true,
  }),
  schedule: defineParameter({
    key: "lr_schedule",
    domain: { kind: "name", names: scheduleNames },
    default: "constant",
  }),
  /** Before the schedule begins. One-cycle warms up by itself. */
  warmupEpochs: defineParameter({
    key: "warmup_epochs",
    domain: { kind: "number", min: 0, max: 10_000 },
    default: 0,
    ownership: {
      selector: "lr_schedule",
      owners: scheduleNames.filter((name) => name !== "one-cycle"),
    },
  }),
  labelSmoothing: defineParameter({
    key: "label_smoothing",
    domain: { kind: "number", min: 0, max: 1, maxExcluded: true },
    default: 0,
  }),
  augment: defineParameter(
    {
      key: "augment",
      domain: { kind: "name", names: augmentNames, flags: true },
      default: "crop-flip",
    },
    (value, _, usual) => augmentOf(value === true ? String(usual["augment"]) : value || "none"),
  ),
  network: defineParameter(
    {
      key: "model",
      domain: {
        kind: "name",
        // Networks can be registered at any time.
        get names() {
          return networkNames();
        },
        refused: refusedNetworks,
      },
      default: defaultNetworkName,
    },
    (name, values): NetworkChoice => ({
      name,
      parameters: ownParameters(findNetwork(name).parameters, values),
    }),
  ),
};

function augmentOf(value: string): AugmentOptions {
  const parts = findName(augmentNames, value)!.split("-");
  return {
    cropPadding: parts.includes("crop") ? 4 : 0,
    flip: parts.includes("flip"),
    cutout: parts.includes("cutout") ? 8 : 0,
  };
}
