import { assessorCatalogue } from "../../src/core/assessors/index.ts";
import { tunerCatalogue, type ArgumentSpec } from "../../src/core/tuners/index.ts";
import { stories } from "../gallery/fake/stories.ts";
import { knownParameters } from "../../src/engine/training/parameters/parameter-keys.ts";

/** What may stand on the page in plain letters: nobody's sentence, but a name, a unit, or what a user wrote. */
const names = [
  // The product and its languages, other products, data sets and who made them.
  ...[
    "Tabtune",
    "Tabtune's gallery",
    "SwiftShader (software)",
    "EN",
    "WebGPU",
    "WebGL",
    "NNI",
    "Apple M2",
  ],
  ...["CIFAR-10", "CIFAR-100", "Fashion-MNIST", "MNIST", "Shapes-10", "cifar10", "shapes10"],
  ...["A. Krizhevsky", "H. Xiao, K. Rasul, R. Vollgraf", "Y. LeCun, C. Cortes, C. Burges"],
  ...["MIT", "CC BY-SA"],
  // Units, and what Intl says in English of the time since.
  ...["MB", "GB", "kB", "min", "TFLOP/s", "GFLOP/s", "minutes ago", "minute ago", "this minute"],
  // Names of the invented experiments.
  ...stories.map(({ definition }) => definition.config.name),
  // Their parameters, and fields that their configurations and the ready-made ones bring along.
  ...stories.flatMap(({ definition }) => Object.keys(definition.searchSpace)),
  ...["trainingServicePlatform: local", "trial.command: python3 main.py", "trial.gpuNum"],
  ...["trainingService.platform: local", "trainingService.useActiveGpu"],
  ...["trainingService.maxTrialNumberPerGpu", "trialCommand: python3 main.py", "trialGpuNumber"],
  // Files, and what placeholders show of them.
  ...["searchSpaceFile", "search_space.json", "config.yml", "loguniform", "choice"],
  ...["maxTrialNum", "builtinTunerName", "tuner", "uniform"],
  ...["cifar-10-binary.tar.gz", "cifar-10-python.tar.gz"],
  // What programs of others say, and what the gallery's errors say without words.
  "Expected ',' or ']' after array element in JSON at position 47 (line 1 column 48)",
  ...[
    "There is no experiment gone.",
    "The GPU was lost.",
    "RangeError: invented",
    "the loss is NaN.",
    "The disk is full.",
  ],
  ...["notes.txt is no experiment.", "Trial 5, epoch 3: the loss is NaN."],
  // Their parameters and values, and what their configuration says.
  ...[
    "lr",
    "optimizer",
    "batch_size",
    "dropout_rate",
    "conv_size",
    "hidden_size",
    "model",
    "epochs",
  ],
  ...["SGD", "Adadelta", "Adagrad", "Adam", "Adamax", "resnet18", "momentum", "weight_decay"],
  ...["_type", "_value", "nni-2.1", "nni-3.0", "null", "true", "false"],
  ...Object.keys(knownParameters()),
];

/** Names of algorithms, of their arguments and of what these can be. */
const algorithms = [...tunerCatalogue, ...assessorCatalogue].flatMap((one) => [
  one.name,
  ...one.arguments.flatMap(argumentNames),
]);

function argumentNames(spec: ArgumentSpec): readonly string[] {
  if (spec.type === "group") return [spec.name, ...spec.arguments.flatMap(argumentNames)];
  return [spec.name, ...(spec.type === "choice" ? spec.choices : [])];
}

/** Months as Intl names them. */
const months = Array.from({ length: 12 }, (_, month) =>
  new Date(2026, month, 1).toLocaleDateString("en-GB", { month: "long" }),
);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** What of a text is neither in a changed letter nor a name.
 *  @param more names of one page alone */
export function plainWords(text: string, more: readonly string[] = []): readonly string[] {
  const known = [...names, ...algorithms, ...months, ...more]
    .sort((a, b) => b.length - a.length)
    .map(escaped);
  const isShortened = (word: string): boolean =>
    [...names, ...more].some((name) => name.startsWith(word));
  const rest = text
    .replace(/([A-Za-z_]{2,})…/g, (whole, word: string) => (isShortened(word) ? " " : whole))
    .replace(new RegExp(`(?<![A-Za-z_])(${known.join("|")})(?![A-Za-z_])`, "g"), " ")
    .replace(/\d(\.\d+)?e-?\d+/g, " ");
  return rest.match(/[A-Za-z]{2,}/g) ?? [];
}
