/** `npm run pack:headless [-- --out FOLDER]`: one folder that trains and measures on a bare Linux machine with a Vulkan driver,
 *  without npm: a bundle of the programs, Dawn, this Node, both compressed, and a script that unpacks and starts them. */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { readArguments } from "./command-line.ts";

const root = resolve(import.meta.dirname, "..");
const mostBytes = 60e6;

if (process.platform !== "linux") {
  console.error("The folder holds this machine's Node and Dawn, so it has to be packed on Linux.");
  process.exit(1);
}
const { values } = readArguments("npm run pack:headless -- [--out FOLDER]", {
  options: { out: { type: "string" } },
});
const out = resolve(values.out ?? join(root, "out", "tabtune-headless"));
const bundle = join(out, "tabtune.mjs");
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

await build({
  entryPoints: [join(root, "scripts/headless/lib/packed.ts")],
  outfile: bundle,
  bundle: true,
  minify: true,
  platform: "node",
  format: "esm",
  target: "node20",
  // Only the benchmark's --browser needs them, and that stays at home.
  external: ["esbuild", "playwright-core"],
  // CommonJS packages among the bundled ask for Node's own modules.
  banner: { js: 'import{createRequire as r}from"node:module";var require=r(import.meta.url);' },
  logLevel: "warning",
});
// gzip rather than a tighter format: every machine can unpack it.
const compress = (file: string, name: string): void =>
  writeFileSync(join(out, name), gzipSync(readFileSync(file), { level: 9 }));
compress(process.execPath, "node.gz");
compress(
  join(root, `node_modules/webgpu/dist/linux-${process.arch}/dawn.node`),
  `dawn-${process.arch}.gz`,
);
copyFileSync(join(root, "docs/headless.md"), join(out, "README.md"));
copyFileSync(join(root, "scripts/headless/lib/start.sh"), join(out, "tabtune"));
chmodSync(join(out, "tabtune"), 0o755);

const files = readdirSync(out);
const sizes = files.map((file) => statSync(join(out, file)).size);
const whole = sizes.reduce((a, b) => a + b, 0);
files.forEach((file, i) => console.log(`${(sizes[i]! / 1e6).toFixed(1).padStart(7)} MB  ${file}`));
console.log(`${(whole / 1e6).toFixed(1).padStart(7)} MB  ${out}`);
if (whole > mostBytes) {
  console.error(`More than ${mostBytes / 1e6} MB.`);
  process.exit(1);
}
