/** `npm test`: types, lint, import direction, unit, engine, browser and fault tests, in this order; installs what is missing.
 *  `npm test -- unit engine` runs only those steps. Ends with a line `N passed, N failed`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ensureDependencies, root } from "./setup/dependencies.mjs";

ensureDependencies();
const { ensureChromium } = await import("./setup/chromium.mjs");

const npx = (...args) => ({ command: "npx", args: ["--no-install", ...args] });
const vitest = (project, ...files) => npx("vitest", "run", "--project", project, ...files);
const steps = {
  types: npx("svelte-check", "--tsgo", "--tsconfig", "./tsconfig.json", "--fail-on-warnings"),
  lint: npx("eslint", ".", "--max-warnings", "0"),
  format: npx("prettier", "--check", ".", "--log-level", "warn"),
  imports: vitest("unit", "test/import-direction.test.ts"),
  unit: vitest("unit", "--exclude", "test/import-direction.test.ts"),
  engine: vitest("engine"),
  build: npx("vite", "build", "--logLevel", "warn"),
  browser: vitest("browser"),
  faults: npx("tsx", "test/faults/run.ts", "--reduced"),
};

const chosen = process.argv.slice(2);
if (chosen.includes("--help")) {
  console.log(`npm test -- [STEP…]; there are: ${Object.keys(steps).join(", ")}.`);
  process.exit(0);
}
// The faults are injected into the build of the step before; alone they make their own.
const built = chosen.length === 0 || chosen.includes("build") ? { TABTUNE_DIST: "dist" } : {};
const unknown = chosen.filter((name) => !(name in steps));
if (unknown.length > 0) {
  console.error(`No step ${unknown.join(", ")}; there are: ${Object.keys(steps).join(", ")}.`);
  process.exit(2);
}

const totals = { passed: 0, failed: 0, skipped: 0 };
const skippedTitles = [];
const reports = mkdtempSync(join(tmpdir(), "tabtune-test-"));
const chromium = await ensureChromium();
// Chromium brings a Vulkan loader; it serves the engine tests where the system has none.
const loaderPath = [
  process.env.LD_LIBRARY_PATH,
  dirname(realpathSync(chromium)),
  "/usr/lib/chromium",
]
  .filter(Boolean)
  .join(":");

for (const [name, { command, args }] of Object.entries(steps)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.log(`\n== ${name}`);
  const began = Date.now();
  const report = join(reports, `${name}.json`);
  const reporting = args.includes("vitest")
    ? ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`]
    : [];
  const { status } = spawnSync(command, [...args, ...reporting], {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      ...built,
      CHROME_PATH: chromium,
      FORCE_COLOR: "0",
      LD_LIBRARY_PATH: loaderPath,
    },
    shell: process.platform === "win32",
  });
  const counted = reporting.length > 0 ? readCounts(report) : { passed: 0, failed: 0, skipped: 0 };
  totals.passed += counted.passed;
  totals.skipped += counted.skipped;
  totals.failed += counted.failed;
  if (reporting.length === 0) totals[status === 0 ? "passed" : "failed"] += 1;
  else if (status !== 0 && counted.failed === 0) totals.failed += 1;
  skippedTitles.push(...(counted.titles ?? []));
  console.log(`== ${name}: ${status === 0 ? "passed" : "FAILED"} in ${seconds(began)}`);
}
rmSync(reports, { recursive: true, force: true });

if (totals.skipped > 0) {
  console.log(
    `\n${totals.skipped} skipped; what each lacks is said above, in its file's first lines:`,
  );
  for (const title of skippedTitles) console.log(`  ${title}`);
}
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed > 0 ? 1 : 0);

function readCounts(file) {
  try {
    const json = JSON.parse(readFileSync(file, "utf8"));
    return {
      passed: json.numPassedTests,
      failed: json.numFailedTests,
      skipped: json.numPendingTests + json.numTodoTests,
      titles: json.testResults
        .flatMap((file) => file.assertionResults)
        .filter(({ status }) => status !== "passed" && status !== "failed")
        .map(({ fullName }) => fullName),
    };
  } catch {
    // No report means that the runner itself failed; its exit status counts then.
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

function seconds(began) {
  return `${((Date.now() - began) / 1000).toFixed(1)} s`;
}
