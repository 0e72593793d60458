import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { JsonObject } from "../../../src/core/json.ts";
import { pseudoRecords } from "../training/pseudo-records.ts";

const root = resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "headless-pack-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a bare machine has; no Node among it. */
function bareCommands(): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const name of ["sh", "dirname", "gzip", "mkdir", "chmod", "cp"]) {
    const found = spawnSync("which", [name], { encoding: "utf8" }).stdout.trim();
    symlinkSync(found, join(bin, name));
  }
  return bin;
}

test.skipIf(process.platform !== "linux")(
  `the packed folder is below 60 MB and trains in an empty environment without Node${process.platform === "linux" ? "" : " (skipped: Linux only)"}`,
  () => {
    const pack = join(folder, "pack");
    const tsx = join(root, "node_modules/.bin/tsx");
    const packing = spawnSync(tsx, ["scripts/pack-headless.ts", "--out", pack], {
      cwd: root,
      encoding: "utf8",
    });
    expect(packing.stderr).toBe("");
    expect(packing.status).toBe(0);
    const bytes = readdirSync(pack).map((file) => statSync(join(pack, file)).size);
    expect(bytes.reduce((a, b) => a + b, 0)).toBeLessThan(60e6);

    const train = join(folder, "train.bin");
    writeFileSync(train, pseudoRecords(1, 16));
    const flags = ["--params", '{"width":1,"batch_size":8}', "--epochs", "1", "--backend", "cpu"];
    const files = ["--train", train, "--test", train, "--validation", "0"];
    const { status, stdout, stderr } = spawnSync(
      join(folder, "pack/tabtune"),
      ["trial", ...flags, ...files],
      { cwd: folder, env: { PATH: bareCommands() }, encoding: "utf8" },
    );
    expect([status, stderr]).toEqual([0, expect.stringContaining("Training on CPU")]);
    const lines = stdout.trim().split("\n");
    const last = JSON.parse(lines.at(-1)!) as JsonObject;
    expect(last).toMatchObject({ type: "final", testImages: 16, backend: "cpu" });
    expect(last["bestTestAccuracy"]).toBe(last["testAccuracy"]);
  },
);
