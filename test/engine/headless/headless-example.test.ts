import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pseudoRecords } from "../training/pseudo-records.ts";

const folder = mkdtempSync(join(tmpdir(), "headless-example-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the example without a browser asks, trains and names the best of its trials", () => {
  for (const name of ["train.bin", "test.bin"])
    writeFileSync(join(folder, name), pseudoRecords(1, 64));
  const flags = ["--trials", "2", "--images", "64", "--epochs", "1", "--width", "1"];
  const { status, stdout, stderr } = spawnSync(
    "npx",
    ["tsx", "examples/headless.ts", ...flags, "--data", folder, "--backend", "cpu"],
    { cwd: resolve(import.meta.dirname, "../../.."), encoding: "utf8" },
  );
  expect([status, stderr]).toEqual([0, expect.stringContaining("Training on CPU")]);
  const lines = stdout.trim().split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^trial 0: \{"lr":.*\} \d+\.\d %$/);
  expect(lines[2]).toMatch(/^best: trial [01] with \d+\.\d %$/);
});
