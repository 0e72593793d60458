/** `npm test`: types, lint, format, build, import direction, unit, plans, engine, browser and fault tests; installs what is
 *  missing. `npm test -- unit engine` runs only those steps, `npm run test:quick` those of the group `quick`. Ends with a line
 *  `N passed, N failed`. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ensureDependencies } from "./setup/dependencies.mjs";
import { readCounts, runStep } from "./test/run-step.mjs";

ensureDependencies();
const { ensureChromium } = await import("./setup/chromium.mjs");

const npx = (...args) => ["npx", "--no-install", ...args];
const vitest = (project, ...args) => npx("vitest", "run", "--project", project, ...args);
const steps = {
  types: npx("svelte-check", "--tsgo", "--tsconfig", "./tsconfig.json", "--fail-on-warnings"),
  lint: npx("eslint", ".", "--max-warnings", "0"),
  format: npx("prettier", "--check", ".", "--log-level", "warn"),
  build: npx("vite", "build", "--logLevel", "warn"),
  imports: vitest("unit", "test/import-direction.test.ts"),
  unit: vitest("unit", "--exclude", "test/import-direction.test.ts"),
  plans: vitest("plans"),
  engine: vitest("engine"),
  browser: vitest("browser"),
  faults: npx("tsx", "test/faults/run.ts", "--reduced", "--beside"),
  speeds: npx("tsx", "test/faults/run.ts", "--reduced", "--alone"),
};
/** Lanes of a stage run side by side, the steps of a lane one after the other. Engine, browser and fault tests keep two cores busy
 *  each, and faults have time limits. What compares speeds comes when all else is done. */
const stages = [
  [
    ["types", "lint", "format", "build"],
    ["imports", "unit", "plans"],
  ],
  [["engine", "browser", "faults"]],
  [["speeds"]],
];
/** Names that stand for several steps. */
const groups = {
  faults: ["faults", "speeds"],
  quick: ["types", "lint", "imports", "unit", "plans"],
};

const asked = process.argv.slice(2);
if (asked.includes("--help")) {
  console.log(
    `npm test -- [STEP…]; there are: ${Object.keys({ ...steps, ...groups }).join(", ")}.`,
  );
  process.exit(0);
}
const named = asked.flatMap((name) => groups[name] ?? name);
const unknown = named.filter((name) => !(name in steps));
if (unknown.length > 0) {
  console.error(
    `No step ${unknown.join(", ")}; there are: ${Object.keys({ ...steps, ...groups }).join(", ")}.`,
  );
  process.exit(2);
}
const isChosen = (name) => named.length === 0 || named.includes(name);

const reports = mkdtempSync(join(tmpdir(), "tabtune-test-"));
const reportOf = (name) => join(reports, `${name}.json`);
const chromium = await ensureChromium();
const environment = {
  CHROME_PATH: chromium,
  FORCE_COLOR: "0",
  // Chromium brings a Vulkan loader; it serves the engine tests where the system has none.
  LD_LIBRARY_PATH: [
    process.env.LD_LIBRARY_PATH,
    dirname(realpathSync(chromium)),
    "/usr/lib/chromium",
  ]
    .filter(Boolean)
    .join(":"),
  // The faults are injected into the build of the step before; alone they make their own. Their goals that are suites of the
  // unit step are counted from its report.
  ...(isChosen("build") ? { TABTUNE_DIST: "dist" } : {}),
  ...(isChosen("unit") ? { TABTUNE_UNIT_REPORT: reportOf("unit") } : {}),
};

const totals = { passed: 0, failed: 0, skipped: 0, titles: [] };
for (const stage of stages) {
  const lanes = stage.map((lane) => lane.filter(isChosen)).filter((lane) => lane.length > 0);
  await Promise.all(lanes.map((lane) => runLane(lane, lanes.length === 1)));
}
rmSync(reports, { recursive: true, force: true });

if (totals.skipped > 0) {
  console.log(
    `\n${totals.skipped} skipped; what each lacks is said above, in its file's first lines:`,
  );
  for (const title of totals.titles) console.log(`  ${title}`);
}
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed > 0 ? 1 : 0);

async function runLane(names, alone) {
  for (const name of names) {
    const [command, ...args] = steps[name];
    const reporting = args.includes("vitest")
      ? ["--reporter=default", "--reporter=json", `--outputFile.json=${reportOf(name)}`]
      : [];
    const began = Date.now();
    console.log(`\n== ${name}`);
    const prefix = alone ? null : `${name.padEnd(8)}| `;
    const status = await runStep(command, [...args, ...reporting], environment, prefix);
    console.log(`== ${name}: ${status === 0 ? "passed" : "FAILED"} in ${seconds(began)}`);
    add(status, reporting.length > 0 ? readCounts(reportOf(name)) : null);
  }
}

/** @param counts null for a step that is one check; those of a runner that failed without a report are all 0 */
function add(status, counts) {
  if (counts === null) return void (totals[status === 0 ? "passed" : "failed"] += 1);
  totals.passed += counts.passed;
  totals.skipped += counts.skipped;
  totals.failed += status !== 0 && counts.failed === 0 ? 1 : counts.failed;
  totals.titles.push(...counts.titles);
}

function seconds(began) {
  return `${((Date.now() - began) / 1000).toFixed(1)} s`;
}
