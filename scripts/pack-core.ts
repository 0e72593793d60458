/** `npm run pack:core [-- --out FOLDER]`: the tuners as a package of their own. Writes `tabtune-core-VERSION.tgz`, which any
 *  Node or browser project installs by its path: one ES module, its types, no dependency. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { readArguments } from "./command-line.ts";

const root = resolve(import.meta.dirname, "..");
const name = "tabtune-core";

const { values } = readArguments("npm run pack:core -- [--out FOLDER]", {
  options: { out: { type: "string" } },
});
const out = resolve(values.out ?? join(root, "out"));
const folder = mkdtempSync(join(tmpdir(), `${name}-`));
try {
  // The page's compiler settings, but without a DOM: what the core must not know is not there to be used.
  run(process.execPath, [
    join(root, "node_modules/@typescript/native/bin/tsc"),
    ...["--project", join(root, "src/core/tsconfig.json"), "--outDir", join(folder, "types")],
  ]);
  pointToPackedFiles(join(folder, "types"));
  await build({
    entryPoints: [join(root, "src/core/index.ts")],
    outfile: join(folder, "index.js"),
    bundle: true,
    platform: "neutral",
    format: "esm",
    target: "es2022",
    logLevel: "warning",
  });
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest(), null, 2));
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  const readme = readFileSync(join(root, "src/core/README.md"), "utf8");
  writeFileSync(join(folder, "README.md"), readme.replaceAll("./src/core/index.ts", name));
  mkdirSync(out, { recursive: true });
  const file = run("npm", ["pack", "--silent", "--pack-destination", out]).trim();
  console.log(`${join(out, file)}: ${(statSync(join(out, file)).size / 1000).toFixed(0)} kB`);
} finally {
  rmSync(folder, { recursive: true });
}

function manifest(): object {
  const page = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly version: string;
    readonly license: string;
    readonly engines: object;
  };
  return {
    name,
    version: page.version,
    description: "Tabtune's tuners, assessors, search spaces and journal, without the page.",
    license: page.license,
    type: "module",
    sideEffects: false,
    engines: page.engines,
    exports: { ".": { types: "./types/index.d.ts", default: "./index.js" } },
    files: ["index.js", "types"],
  };
}

/** Declarations name their neighbours as the sources do, with `.ts`; in a package those files are `.d.ts`, found by `.js`. */
function pointToPackedFiles(types: string): void {
  for (const entry of readdirSync(types, { recursive: true, encoding: "utf8" })) {
    const file = join(types, entry);
    if (!entry.endsWith(".d.ts")) continue;
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/(["']\.[^"']*)\.ts(["'])/g, "$1.js$2"));
  }
}

/** @returns what the command printed
 *  @throws Error with all that it printed when it fails */
function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    ...{ cwd: folder, encoding: "utf8", shell: process.platform === "win32" },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}
