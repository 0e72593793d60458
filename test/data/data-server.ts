import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What goes wrong with the next answers for a path; one entry is used up per request. */
export type Fault =
  | { readonly kind: "cut"; readonly afterBytes: number }
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "flip"; readonly at: number }
  | { readonly kind: "stall"; readonly afterBytes: number }
  | { readonly kind: "replace"; readonly body: Uint8Array };

export interface DataServer {
  readonly url: string;
  readonly files: Map<string, Uint8Array>;
  readonly faults: Map<string, Fault[]>;
  /** `path` or `path bytes=N-`, in order. */
  readonly requests: string[];
  /** False: answers 200 with everything whatever range is asked for. */
  ranges: boolean;
  close(): Promise<void>;
}

/** A second origin with CORS, byte ranges and faults on demand. */
export async function startDataServer(): Promise<DataServer> {
  const state = {
    files: new Map<string, Uint8Array>(),
    faults: new Map<string, Fault[]>(),
    requests: [] as string[],
    ranges: true,
  };
  const server = createServer((request, response) => answer(request, response));

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const range = request.headers.range;
    state.requests.push(range ? `${path} ${range}` : path);
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Last-Modified", "Thu, 04 Jun 2009 00:00:00 GMT");
    const fault = state.faults.get(path)?.shift();
    let body = state.files.get(path);
    if (fault?.kind === "replace") body = fault.body;
    if (!body || fault?.kind === "status") {
      response.statusCode = fault?.kind === "status" ? fault.status : 404;
      response.end();
      return;
    }
    const start = state.ranges ? Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0) : 0;
    if (start > 0) {
      response.statusCode = start < body.length ? 206 : 416;
      response.setHeader("Content-Range", `bytes ${start}-${body.length - 1}/${body.length}`);
    }
    let part = body.slice(start);
    if (fault?.kind === "flip") part[fault.at] = part[fault.at]! ^ 1;
    response.setHeader("Content-Length", part.length);
    if (fault?.kind === "cut" || fault?.kind === "stall") part = part.slice(0, fault.afterBytes);
    response.write(part);
    if (fault?.kind === "cut") setTimeout(() => response.destroy(), 20);
    else if (fault?.kind !== "stall") response.end();
  }

  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  });
}
