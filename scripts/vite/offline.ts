import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";
import type { Plugin } from "vite";
import type { OfflineFile, OfflineVersion } from "../../workers/offline/files.ts";
import { securityHeaders } from "./security-headers.ts";

export const serviceWorkerFile = "service-worker.js";

/** Writes the service worker of a build, with the names and digests of all its files. */
export function offlinePlugin(): Plugin {
  let outDir = "dist";
  return {
    name: "tabtune-offline",
    apply: "build",
    configResolved: (config) => void (outDir = resolve(config.root, config.build.outDir)),
    // Last: only now does the folder hold what a host will serve.
    closeBundle: { order: "post", sequential: true, handler: () => writeServiceWorker(outDir) },
  };
}

/** @param folder a finished build, read as it lies there */
export function writeServiceWorker(folder: string): void {
  const files = filesOf(folder);
  const version = sha256(JSON.stringify([files, securityHeaders])).slice(0, 16);
  const offline: OfflineVersion = { version, files, headers: securityHeaders };
  const { outputFiles } = buildSync({
    entryPoints: [resolve(import.meta.dirname, "../../workers/service.worker.ts")],
    define: { __OFFLINE__: JSON.stringify(offline) },
    ...{ bundle: true, minify: true, format: "iife", target: "es2022", write: false },
  });
  writeFileSync(join(folder, serviceWorkerFile), outputFiles[0]!.contents);
}

/** Everything but the data set, which has its own store, and what is only for the host. */
function filesOf(folder: string): OfflineFile[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => statSync(join(folder, name)).isFile())
    .filter((name) => !/^data\/|^_|(^|\/)\.|\.map$/.test(name) && name !== serviceWorkerFile)
    .sort()
    .map((name) => ({
      path: name === "index.html" ? "" : name,
      sha256: sha256(readFileSync(join(folder, name))),
    }));
}

const sha256 = (content: string | Buffer): string =>
  createHash("sha256").update(content).digest("hex");
