import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { root } from "../browser/harness.ts";

export interface TestCounts {
  readonly passed: number;
  readonly failed: readonly string[];
  /** Full names of all tests, passed or not. */
  readonly names: readonly string[];
}

/** What Vitest's JSON reporter writes of a file. */
interface FileReport {
  /** Absolute path. */
  readonly name: string;
  readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  readonly message: string;
}

/** What test files of the unit suite came to, for a goal that is a suite of rules. `npm test` has just run them and names its
 *  report in TABTUNE_UNIT_REPORT; elsewhere they are run here.
 *  @param files paths from the repository's root
 *  @throws RangeError where that report lacks one of them */
export function unitTests(files: readonly string[]): TestCounts {
  const report = process.env.TABTUNE_UNIT_REPORT;
  const all = report ? readReport(report) : run(files);
  return counts(files.map((file) => reportOf(file, all)));
}

function reportOf(file: string, all: readonly FileReport[]): FileReport {
  const found = all.find(({ name }) => relative(root, name).replaceAll("\\", "/") === file);
  if (!found) throw new RangeError(`unit tests: the report has no ${file}`);
  return found;
}

const readReport = (file: string): readonly FileReport[] =>
  (JSON.parse(readFileSync(file, "utf8")) as { testResults: readonly FileReport[] }).testResults;

function run(files: readonly string[]): readonly FileReport[] {
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
      shell: process.platform === "win32",
    },
  );
  try {
    return readReport(report);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function counts(files: readonly FileReport[]): TestCounts {
  const all = files.flatMap(({ assertionResults }) => assertionResults);
  const broken = files.filter(({ assertionResults }) => assertionResults.length === 0);
  return {
    passed: all.filter(({ status }) => status === "passed").length,
    failed: [
      ...all.filter(({ status }) => status !== "passed").map(({ fullName }) => fullName),
      ...broken.map(({ message }) => message),
    ],
    names: all.map(({ fullName }) => fullName),
  };
}
