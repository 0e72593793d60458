import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../../browser/harness.ts";

/** Git-ignored; deleting it forgets all kept parts. */
export const keptFolder = join(root, ".cache", "faults");

/** Names the state of the sources: the commit, and where files differ from it, a digest of how. */
export function sourceKey(): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
  const commit = git("rev-parse", "HEAD").slice(0, 12);
  const files = git("status", "--porcelain", "-uall").trim();
  if (files === "") return commit;
  const digest = createHash("sha256").update(git("diff", "HEAD")).update(files);
  for (const line of files.split("\n"))
    if (line.startsWith("??")) digest.update(readFileSync(join(root, line.slice(3))));
  return `${commit}-dirty-${digest.digest("hex").slice(0, 8)}`;
}

/** JSON files by source state, goal and part. */
export interface Kept {
  readonly key: string;
  read(name: string): unknown;
  write(name: string, value: unknown): void;
}

/** @param size "full" and "reduced" runs are kept apart */
export function openKept(key: string, size: string): Kept {
  const fileOf = (name: string): string => join(keptFolder, key, size, `${name}.json`);
  return {
    key,
    read: (name) =>
      existsSync(fileOf(name)) ? JSON.parse(readFileSync(fileOf(name), "utf8")) : undefined,
    write(name, value) {
      mkdirSync(dirname(fileOf(name)), { recursive: true });
      writeFileSync(fileOf(name), JSON.stringify(value, null, 1));
    },
  };
}

/** Every source state of which something is kept. */
export function keptKeys(): string[] {
  return existsSync(keptFolder) ? readdirSync(keptFolder) : [];
}
