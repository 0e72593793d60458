import { createReadStream, cpSync, existsSync, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join, normalize, resolve } from "node:path";
import type { Connect, Plugin } from "vite";

/** Serves the git-ignored `data/` folder (written by `npm run data`) under `/data/` in the dev and start servers, with
 *  byte ranges so that a broken download resumes. A build contains it only with TABTUNE_INCLUDE_DATA=1. */
export function dataFolderPlugin(folder: string): Plugin {
  const serve: Connect.NextHandleFunction = (request, response, next) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (!url.pathname.startsWith("/data/")) return next();
    const file = normalize(join(folder, decodeURIComponent(url.pathname.slice("/data/".length))));
    if (!file.startsWith(resolve(folder)) || !existsSync(file) || !statSync(file).isFile()) {
      response.statusCode = 404;
      return response.end();
    }
    sendFile(file, request, response);
  };
  let outDir = "dist";
  return {
    name: "tabtune-data-folder",
    configResolved: (config) => void (outDir = resolve(config.root, config.build.outDir)),
    configureServer: (server) => void server.middlewares.use(serve),
    configurePreviewServer: (server) => void server.middlewares.use(serve),
    closeBundle() {
      if (process.env.TABTUNE_INCLUDE_DATA !== "1" || !existsSync(folder)) return;
      cpSync(folder, join(outDir, "data"), { recursive: true });
    },
  };
}

function sendFile(file: string, request: IncomingMessage, response: ServerResponse): void {
  const size = statSync(file).size;
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const start = range ? Number(range[1]) : 0;
  const end = range?.[2] ? Math.min(Number(range[2]), size - 1) : size - 1;
  response.setHeader("Accept-Ranges", "bytes");
  response.setHeader(
    "Content-Type",
    file.endsWith(".json") ? "application/json" : "application/octet-stream",
  );
  if (range && start > end) {
    response.statusCode = 416;
    response.setHeader("Content-Range", `bytes */${size}`);
    response.end();
    return;
  }
  if (range) {
    response.statusCode = 206;
    response.setHeader("Content-Range", `bytes ${start}-${end}/${size}`);
  }
  response.setHeader("Content-Length", end - start + 1);
  createReadStream(file, { start, end }).pipe(response);
}
