import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../browser/harness.ts";

export interface TestCounts {
  readonly passed: number;
  readonly failed: readonly string[];
  /** Full names of all tests, passed or not. */
  readonly names: readonly string[];
}

/** Runs test files of the unit suite for a goal that is a suite of rules.
 *  @param environment how the full counts reach a suite */
export function runUnitTests(
  files: readonly string[],
  environment: Record<string, string> = {},
): TestCounts {
  const folder = mkdtempSync(join(tmpdir(), "tabtune-faults-"));
  const report = join(folder, "report.json");
  spawnSync(
    "npx",
    ["--no-install", "vitest", "run", "--project", "unit", "--reporter=json"].concat(
      `--outputFile.json=${report}`,
      files,
    ),
    {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, ...environment },
      shell: process.platform === "win32",
    },
  );
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as {
    testResults: { assertionResults: { fullName: string; status: string }[]; message: string }[];
  };
  rmSync(folder, { recursive: true, force: true });
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  const broken = testResults.filter(({ assertionResults }) => assertionResults.length === 0);
  return {
    passed: all.filter(({ status }) => status === "passed").length,
    failed: [
      ...all.filter(({ status }) => status !== "passed").map(({ fullName }) => fullName),
      ...broken.map(({ message }) => message),
    ],
    names: all.map(({ fullName }) => fullName),
  };
}
