import { isJsonObject, type JsonValue } from "../json.ts";
import { AppError } from "../errors.ts";
import { decode } from "../decode.ts";
import type { Problems } from "../search-space/problems.ts";
import type { NniReading } from "../search-space/types.ts";
import { decodeTrainingSettings } from "./check.ts";
import { closestField } from "./fields.ts";
import { defaultTrainingSettings, type TrainingSettings } from "./types.ts";

/** Reads the key `tabtune`: any of TrainingSettings' fields, the others by default, and `reading`. */
export function parseTraining(
  value: JsonValue | undefined,
  problems: Problems,
): { readonly training: TrainingSettings; readonly reading: NniReading | null } {
  const nothing = { training: defaultTrainingSettings, reading: null };
  if (value === undefined || value === null) return nothing;
  if (!isJsonObject(value)) {
    problems.add("tabtune", value, "an object of settings", "Write tabtune: { dataset: cifar10 }.");
    return nothing;
  }
  const known = [...Object.keys(defaultTrainingSettings), "reading"];
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const meant = problems.isFull ? null : closestField(key, known);
    problems.add(
      `tabtune.${key}`,
      value[key],
      `one of ${known.join(", ")}`,
      meant === null ? "Remove the setting." : `Did you mean ${meant}?`,
    );
  }
  const { reading = null, ...settings } = value;
  if (reading !== null && reading !== "2.1" && reading !== "3.0")
    problems.add("tabtune.reading", reading, '"2.1" or "3.0"', "Quote the release.");
  try {
    const merged = { ...defaultTrainingSettings, ...settings };
    const training = decode(decodeTrainingSettings, merged, "config-invalid", "tabtune");
    if (training.validationImages === 0 && training.metric !== "test")
      problems.add(
        "tabtune.validationImages",
        0,
        "at least 1 unless the metric is test",
        "Set aside validation images, e.g. 5000.",
      );
    return { training, reading: reading === "2.1" || reading === "3.0" ? reading : null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const [path, value, expected] = (["path", "value", "expected"] as const).map((key) =>
      String(error.details[key]),
    ) as [string, string, string];
    problems.push({ path, value, expected, remedy: "Correct the setting." });
    return nothing;
  }
}
