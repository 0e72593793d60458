import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, serveBuild } from "../../browser/harness.ts";
import type { Site } from "./context.ts";
import { keptFolder } from "./kept.ts";

/** The production build of these sources (TABTUNE_DIST where one is given) behind the product's headers, made when first
 *  asked for and then shared. */
export function openSite(key: string): Site & { close(): Promise<void> } {
  let dist: Promise<string> | null = null;
  let server: ReturnType<typeof serveBuild> | null = null;
  const built = (): Promise<string> => (dist ??= build(key));
  return {
    dist: built,
    url: async () => (await (server ??= built().then(serveBuild))).url,
    async close() {
      await (await server)?.close();
    },
  };
}

async function build(key: string): Promise<string> {
  if (process.env.TABTUNE_DIST) return process.env.TABTUNE_DIST;
  const folder = join(keptFolder, key, "dist");
  // The last file that the build writes: a build that was cut off is made again.
  if (existsSync(join(folder, "built"))) return folder;
  const { status } = spawnSync("npx", ["--no-install", "vite", "build", "--outDir", folder], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error("the production build failed");
  writeFileSync(join(folder, "built"), key);
  return folder;
}
