// Runs scripts/headless/<name>.ts with the remaining arguments; its exported main() gives the exit code.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [name, ...args] = process.argv.slice(2);
const file = join(here, "headless", `${name}.ts`);
if (!name || !existsSync(file)) {
  const names = readdirSync(join(here, "headless")).filter((entry) => entry.endsWith(".ts"));
  console.error(`Usage: node scripts/run-headless.mjs <name>; there are: ${names.join(", ")}`);
  process.exit(2);
}
const result = spawnSync(
  process.execPath,
  ["--import", import.meta.resolve("tsx"), join(here, "headless.ts"), file, ...args],
  { stdio: "inherit", env: { XDG_RUNTIME_DIR: "/tmp", ...process.env } },
);
process.exit(result.status ?? 1);
