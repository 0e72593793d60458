import { allParameterTypes, defineTuner } from "./contract/definition.ts";
import { nniTpe } from "./tpe/nni.ts";
import { readTpeOptions, tpeArguments } from "./tpe/options.ts";
import { tabtuneTpe } from "./tpe/tabtune.ts";

/** Tree-structured Parzen estimator: models where good trials lie and where bad ones do, and tries where the ratio is best. */
export const tpe = defineTuner({
  name: "TPE",
  aliases: ["TpeTuner"],
  description:
    "Learns where good trials lie and tries more there; the default, good from about ten trials on.",
  arguments: tpeArguments,
  types: allParameterTypes,
  nested: true,
  multiFidelity: false,
  cost: "light",
  create(args, optimizeMode) {
    const options = readTpeOptions(args, optimizeMode);
    return options.variant === "tabtune" ? tabtuneTpe(options) : nniTpe(options);
  },
});
