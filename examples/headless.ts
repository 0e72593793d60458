/** Tunes a small network without a browser: `npx tsx examples/headless.ts [--trials 4] [--images 1000] [--epochs 2] [--width 8]
 *  [--data out/shapes10] [--backend webgpu|cpu]`.
 *
 *  TPE from src/core asks, `npm run trial` trains, one process a trial; the first run draws Shapes-10 with `npm run data`. The
 *  data folder needs train.bin and test.bin in CIFAR-10's binary format. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  bestTrial,
  createRng,
  createTuner,
  parseSearchSpace,
  type Parameters,
  type Trial,
} from "../src/core/index.ts";

const root = resolve(import.meta.dirname, "..");
const { values: flags } = parseArgs({
  options: {
    trials: { type: "string", default: "4" },
    images: { type: "string", default: "1000" },
    epochs: { type: "string", default: "2" },
    width: { type: "string", default: "8" },
    data: { type: "string", default: join(root, "out", "shapes10") },
    backend: { type: "string" },
  },
});
const data = resolve(flags.data);
if (!existsSync(join(data, "train.bin")) && npmRun("data", "--shapes", data) === null)
  throw new Error(`no images at ${data}`);

const space = parseSearchSpace({
  lr: { _type: "loguniform", _value: [0.001, 0.3] },
  optimizer: { _type: "choice", _value: ["SGD", "Adam"] },
  batch_size: { _type: "choice", _value: [16, 32, 64] },
});
const tuner = createTuner("TPE", { optimize_mode: "maximize" });
const history: Trial[] = [];
for (let number = 0; number < Number(flags.trials); number++) {
  const next = tuner.suggest(space, history, createRng(1, number, "suggest"));
  if (next.kind === "wait") throw new Error(next.reason);
  const final = train(next.parameters);
  const status = final === null ? "FAILED" : "SUCCEEDED";
  const intermediates = final === null ? [] : [final];
  history.push({ number, parameters: next.parameters, status, intermediates, final });
  console.log(`trial ${number}: ${JSON.stringify(next.parameters)} ${percent(final)}`);
}
const best = bestTrial(history, "maximize");
console.log(best ? `best: trial ${best.number} with ${percent(best.final)}` : "no trial succeeded");

function percent(fraction: number | null | undefined): string {
  return typeof fraction === "number" ? `${(100 * fraction).toFixed(1)} %` : "failed";
}

/** @returns validation accuracy – the tuner never sees the test images –, null where training failed, e.g. diverged */
function train(parameters: Parameters): number | null {
  const all = { model: "resnet10", width: Number(flags.width), ...parameters };
  const said = npmRun(
    "trial",
    ...["--params", JSON.stringify(all), "--epochs", flags.epochs, "--limit-train", flags.images],
    ...["--train", join(data, "train.bin"), "--test", join(data, "test.bin"), "--seed", "1"],
    ...(flags.backend === undefined ? [] : ["--backend", flags.backend]),
  );
  if (said === null) return null;
  const last = JSON.parse(said.trim().split("\n").at(-1)!) as {
    readonly validationAccuracy: number;
  };
  return last.validationAccuracy;
}

/** One of the README's commands. @returns what it printed, null where it failed */
function npmRun(name: string, ...args: string[]): string | null {
  const { status, stdout } = spawnSync("npm", ["run", "--silent", name, "--", ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return status === 0 ? stdout : null;
}
