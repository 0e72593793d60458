import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "tabtune-elsewhere-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a stranger writes: the best value of a function that is 1 at x = 0.3, for each of two tuners. */
const tenLines = `import { createRng, createTuner, parseSearchSpace, type Trial } from "tabtune-core";
const space = parseSearchSpace({ x: { _type: "uniform", _value: [0, 1] } });
for (const name of ["TPE", "GaussianProcess"]) {
  const history: Trial[] = [];
  for (let number = 0; number < 20; number++) {
    const next = createTuner(name).suggest(space, history, createRng(1, number));
    if (next.kind === "wait") throw new Error(next.reason);
    const final = 1 - (Number(next.parameters["x"]) - 0.3) ** 2;
    history.push({ number, parameters: next.parameters, status: "SUCCEEDED", intermediates: [final], final });
  }
  console.log(name, Math.max(...history.map((trial) => trial.final ?? 0)));
}
`;

/** @returns what a command printed there; fails with it when the command does */
function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  expect([status, `${stdout}${stderr}`.slice(-2000)]).toEqual([0, expect.anything()]);
  return stdout;
}

const compiler = [
  join(root, "node_modules/@typescript/native/bin/tsc"),
  ...[
    "--pretty",
    "false",
    "--strict",
    "--noUncheckedIndexedAccess",
    "--exactOptionalPropertyTypes",
    "--types",
    "",
  ],
  ...["--module", "nodenext", "--target", "es2022", "--lib", "es2022", "tune.ts", "wrong.ts"],
];

test("the package installs elsewhere without a network, its types hold, and ten lines tune a function with it", () => {
  const declared = `declare const console: { log(...what: unknown[]): void };\n`;
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
  writeFileSync(join(folder, "tune.ts"), tenLines + declared);
  writeFileSync(
    join(folder, "wrong.ts"),
    `import { createTuner } from "tabtune-core";\ncreateTuner(7);\n`,
  );
  run(
    join(root, "node_modules/.bin/tsx"),
    join(root, "scripts/pack-core.ts"),
    ...["--out", join(folder, "out")],
  );
  const [packed, ...more] = readdirSync(join(folder, "out"));
  expect(more).toEqual([]);
  run("npm", "install", "--offline", "--no-audit", "--no-fund", join(folder, "out", packed!));
  expect(readdirSync(join(folder, "node_modules")).filter((one) => !one.startsWith("."))).toEqual([
    "tabtune-core",
  ]);
  const installed = join(folder, "node_modules/tabtune-core");
  for (const name of ["LICENSE", "README.md", "index.js", "types/index.d.ts"])
    expect(existsSync(join(installed, name)), name).toBe(true);
  expect(readFileSync(join(installed, "index.js"), "utf8")).not.toMatch(
    /^\s*(import|export) .*from/m,
  );
  const version = (file: string): unknown =>
    (JSON.parse(readFileSync(file, "utf8")) as { version: unknown }).version;
  expect(version(join(installed, "package.json"))).toBe(version(join(root, "package.json")));

  // Types that allow anything would let the wrong call pass, too.
  const compiled = spawnSync(process.execPath, compiler, { cwd: folder, encoding: "utf8" });
  expect(compiled.stdout.match(/^\S+: error/gm)).toEqual(["wrong.ts(2,13): error"]);
  expect(compiled.stdout).toContain("'number' is not assignable to parameter of type 'string'");

  const found = run(process.execPath, "tune.js")
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
  expect(found.map(([name]) => name)).toEqual(["TPE", "GaussianProcess"]);
  for (const [, best] of found) expect(Number(best)).toBeGreaterThan(0.999);
});
