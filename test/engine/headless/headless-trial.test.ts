import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/core/json.ts";
import { decodeSafetensors } from "../../../src/engine/training/safetensors.ts";
import { pseudoRecords } from "../training/pseudo-records.ts";

const root = resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "headless-trial-"));
afterAll(() => rmSync(folder, { recursive: true }));

function writeRecords(name: string, seed: number, count: number): string {
  const file = join(folder, name);
  writeFileSync(file, pseudoRecords(seed, count));
  return file;
}

const train = [writeRecords("a.bin", 1, 30), writeRecords("b.bin", 2, 30)].join(",");
const test1 = writeRecords("t.bin", 3, 40);

function trial(...args: string[]): {
  readonly status: number | null;
  readonly lines: JsonObject[];
  readonly stderr: string;
} {
  const common = [
    "scripts/run-headless.mjs",
    "trial",
    "--train",
    train,
    "--test",
    test1,
    "--backend",
    "cpu",
  ];
  const result = spawnSync(process.execPath, [...common, ...args], { cwd: root, encoding: "utf8" });
  const lines = result.stdout.split("\n").filter(Boolean);
  return {
    status: result.status,
    lines: lines.map((line) => JSON.parse(line) as JsonObject),
    stderr: result.stderr,
  };
}

const python = "/usr/bin/python3";
const hasTorch = spawnSync(python, ["-c", "import torch"]).status === 0;

describe("npm run trial", () => {
  const out = join(folder, "out");
  const params = '{"lr":0.05,"width":2,"batch_size":8,"epochs":9,"conv_size":2}';

  test("prints one JSON line per epoch and a final one, and writes weights", () => {
    const flags = ["--limit-train", "40", "--validation", "10", "--epochs", "2", "--seed", "5"];
    const { status, lines, stderr } = trial("--params", params, ...flags, "--out", out);
    expect(stderr).toContain("30 images");
    expect(status).toBe(0);
    expect(lines.map((line) => line["type"])).toEqual(["epoch", "epoch", "final"]);
    expect(lines[0]).toMatchObject({ epoch: 1, learningRate: 0.05 });
    for (const field of ["trainLoss", "validationAccuracy", "imagesPerSecond"])
      expect(lines[0]![field]).toEqual(expect.any(Number));
    expect(lines[2]).toMatchObject({ testImages: 40, backend: "cpu" });
    expect(lines[2]).not.toHaveProperty("bestTestAccuracy");
    expect(Number(lines[1]!["elapsedMs"])).toBeGreaterThan(Number(lines[0]!["elapsedMs"]));
    const weights = decodeSafetensors(readFileSync(join(out, "weights.safetensors")));
    expect(weights.tensors.get("conv1.weight")!.shape).toEqual([2, 3, 2, 2]);
    expect([...weights.tensors.keys()]).toContain("layer4.1.bn2.running_var");
    accuracy = Number(lines[2]!["testAccuracy"]);
  });
  let accuracy = NaN;

  test.skipIf(!hasTorch)(
    `the plain PyTorch ResNet-18 loads the weights and gets the same test accuracy${hasTorch ? "" : " (skipped: no PyTorch here)"}`,
    () => {
      const script = join(root, "test/fixtures/pytorch/check_weights.py");
      const args = [script, join(out, "weights.safetensors"), test1, String(accuracy)];
      const printed = execFileSync(python, args, { encoding: "utf8" });
      expect(JSON.parse(printed)).toMatchObject({ images: 40 });
    },
  );

  test("refuses an unknown parameter with its path and a remedy", () => {
    const { status, lines, stderr } = trial("--params", '{"learning_rate":0.1}');
    expect([status, lines]).toEqual([1, []]);
    expect(stderr).toMatch(/parameter-invalid: learning_rate: .*Remove it/);
  });
});
