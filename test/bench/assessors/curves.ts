import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { OptimizeMode } from "../../../src/core/index.ts";

/** Real learning curves of one benchmark, all of the same length, and the direction of their metric. */
export interface CurveSet {
  readonly name: string;
  readonly mode: OptimizeMode;
  readonly curves: readonly (readonly number[])[];
}

/** Reads the public curve sets from a folder; those that are absent are left out. */
export function loadCurveSets(folder: string): CurveSet[] {
  const sets: CurveSet[] = [];
  const read = (file: string): unknown => {
    const path = join(folder, file);
    if (!existsSync(path)) return null;
    const bytes = readFileSync(path);
    return JSON.parse((file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"));
  };
  const cifar = read("cnn_cifar10_lc265.json") as { runs: { val_error: number[] }[] } | null;
  if (cifar !== null)
    sets.push({
      name: "cnn_cifar10",
      mode: "maximize",
      curves: cifar.runs.map((run) => run.val_error.map((error) => 1 - error)),
    });
  const mnist = read("cnn_mnist_steps162.json") as { runs: { a2: number[] }[] } | null;
  if (mnist !== null)
    sets.push({
      name: "cnn_mnist",
      mode: "maximize",
      // The first entry is before any training.
      curves: mnist.runs.map((run) => run.a2.slice(1)),
    });
  const taskset = read("taskset_adam8p_6tasks.json.gz") as {
    tasks: Record<string, { val_loss: (number | null)[][] }>;
  } | null;
  for (const [name, task] of Object.entries(taskset?.tasks ?? {}))
    sets.push({
      name: `taskset_${name.replace("FixedTextRNNClassification_imdb_", "")}`,
      mode: "minimize",
      curves: task.val_loss.map((losses) => losses.map((loss) => loss ?? NaN)),
    });
  return sets;
}
