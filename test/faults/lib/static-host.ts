import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

/** What a static host was asked. */
export interface Asked {
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly target: string;
  readonly bodyBytes: number;
}

export interface StaticHost {
  /** Of the folder of the page, below the origin's root. */
  readonly url: string;
  readonly asked: Asked[];
  /** Serves another build from now on. */
  serve(folder: string): void;
  close(): Promise<void>;
}

/** A static host that sends no headers but the type and serves the page below a project's path, as GitHub Pages does. */
export async function openStaticHost(folder: string, path = "/some/project/"): Promise<StaticHost> {
  let served = folder;
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let bodyBytes = 0;
    request.on("data", (chunk: Buffer) => (bodyBytes += chunk.length));
    request.on("end", () => {
      asked.push({ method: request.method ?? "", target: request.url ?? "", bodyBytes });
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      const name = pathname.startsWith(path) ? pathname.slice(path.length) || "index.html" : "";
      const file = join(served, name);
      if (name === "" || name.includes("..") || !existsSync(file) || !statSync(file).isFile()) {
        response.writeHead(404, { "Content-Type": "text/html" }).end("<h1>Not found</h1>");
        return;
      }
      response.setHeader("Content-Type", types[extname(name)] ?? "application/octet-stream");
      createReadStream(file).pipe(response);
    });
  });
  await new Promise<void>((done) => server.listen(0, "localhost", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}${path}`,
    asked,
    serve: (other) => void (served = other),
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
