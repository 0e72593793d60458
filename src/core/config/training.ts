import { isJsonObject, type JsonValue } from "../json.ts";
import { AppError } from "../errors.ts";
import { decode } from "../decode.ts";
import type { Problems } from "../search-space/problems.ts";
import type { NniReading } from "../search-space/types.ts";
import { decodeTrainingSettings } from "./check.ts";
import { closestField } from "./fields.ts";
import { defaultTrainingSettings, type TrainingSettings } from "./types.ts";
import { word } from "../words/index.ts";

/** Reads the key `tabtune`: any of TrainingSettings' fields, the others by default, and `reading`. */
export function parseTraining(
  value: JsonValue | undefined,
  problems: Problems,
): { readonly training: TrainingSettings; readonly reading: NniReading | null } {
  const nothing = { training: defaultTrainingSettings, reading: null };
  if (value === undefined || value === null) return nothing;
  if (!isJsonObject(value)) {
    problems.add(
      "tabtune",
      value,
      word("object-of-settings"),
      word("write-this", { text: "tabtune: { dataset: cifar10 }" }),
    );
    return nothing;
  }
  const known = [...Object.keys(defaultTrainingSettings), "reading"];
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const meant = problems.isFull ? null : closestField(key, known);
    problems.add(
      `tabtune.${key}`,
      value[key],
      word("one-of", { names: known }),
      meant === null ? word("remove-setting") : word("did-you-mean", { name: meant }),
    );
  }
  const { reading = null, ...settings } = value;
  if (reading !== null && reading !== "2.1" && reading !== "3.0")
    problems.add("tabtune.reading", reading, word("nni-release"), word("quote-release"));
  try {
    const merged = { ...defaultTrainingSettings, ...settings };
    const training = decode(decodeTrainingSettings, merged, "config-invalid", "tabtune");
    if (training.validationImages === 0 && training.metric !== "test")
      problems.add(
        "tabtune.validationImages",
        0,
        word("one-unless-test"),
        word("set-aside-validation"),
      );
    return { training, reading: reading === "2.1" || reading === "3.0" ? reading : null };
  } catch (error) {
    if (!(error instanceof AppError) || error.word.code !== "unexpected") throw error;
    problems.push({ ...error.word.values, remedy: word("correct-setting") });
    return nothing;
  }
}
