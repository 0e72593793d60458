/** The service worker: keeps the whole page for use without a network, one version at a time. A version is taken only
 *  when every file has the digest that the build wrote down, so that a half-copied deployment changes nothing; then it
 *  answers the next load. Tabs of the version before find their own files in the cache that was kept, because the names
 *  of files in `assets/` say what is in them. Data, other origins and everything that is not listed go to the network
 *  as if there were no service worker. */
import { sha256Hex } from "../src/storage/sha256.ts";
import type { OfflineFile, OfflineVersion } from "./offline/files.ts";
import type { ServiceWorkerScope } from "./offline/scope.ts";

/** Put in by the build. */
declare const __OFFLINE__: OfflineVersion;

const worker = self as unknown as ServiceWorkerScope;
const { version, files, headers } = __OFFLINE__;
const scope = new URL("./", worker.location.href).href;
/** Caches belong to the whole origin, which may hold other pages and other copies of this one. */
const prefix = `tabtune ${scope} `;
/** This version and what tabs opened before may still ask for. */
const keptVersions = 3;
const paths = new Set(files.map(({ path }) => path));

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const path = pathOf(event.request);
  if (path !== null) event.respondWith(answer(event.request, path));
});

async function install(): Promise<void> {
  const name = prefix + version;
  const cache = await caches.open(name);
  try {
    for (const file of files) await cache.put(scope + file.path, await fetchExactly(file));
  } catch (error) {
    // What is there already goes on serving; the browser tries again at a later load.
    await caches.delete(name);
    throw error;
  }
  await worker.skipWaiting();
}

/** A file with the digest of this version; what the browser's own cache has is good enough when it is that.
 *  @throws TypeError when the server has another file or none */
async function fetchExactly({ path, sha256 }: OfflineFile): Promise<Response> {
  for (const cache of ["default", "reload"] as const) {
    const response = await fetch(scope + path, { cache, credentials: "same-origin" });
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.ok && (await sha256Hex(bytes)) === sha256)
      return new Response(bytes, { headers: headersOf(response) });
  }
  throw new TypeError(`${path}: the server does not have the file of version ${version}`);
}

/** The host's own headers count where it has them. */
function headersOf(response: Response): Headers {
  const kept = new Headers(headers);
  for (const name of ["Content-Type", ...Object.keys(headers)]) {
    const sent = response.headers.get(name);
    if (sent !== null) kept.set(name, sent);
  }
  return kept;
}

async function activate(): Promise<void> {
  // In the order in which they were made.
  const own = (await caches.keys()).filter((name) => name.startsWith(prefix));
  const others = own.filter((name) => name !== prefix + version);
  const outdated = others.slice(0, Math.max(0, others.length - (keptVersions - 1)));
  for (const name of outdated) await caches.delete(name);
  await worker.clients.claim();
}

/** The listed file that a request is for, null for everything that is left to the network. */
function pathOf(request: Request): string | null {
  const url = new URL(request.url);
  const address = url.origin + url.pathname;
  if (request.method !== "GET" || !address.startsWith(scope)) return null;
  const path = address.slice(scope.length);
  if (path === "" || path === "index.html") return request.mode === "navigate" ? "" : null;
  return paths.has(path) || path.startsWith("assets/") ? path : null;
}

async function answer(request: Request, path: string): Promise<Response> {
  const current = await caches.open(prefix + version);
  const found = (await current.match(scope + path)) ?? (await fromEarlierVersion(path));
  if (found) return found;
  const response = await fetch(request);
  // Something took files of this version out of the cache and the server has newer ones: the next load starts afresh.
  if (!response.ok && paths.has(path)) await worker.registration.unregister();
  return response;
}

async function fromEarlierVersion(path: string): Promise<Response | undefined> {
  if (!path.startsWith("assets/")) return undefined;
  for (const name of await caches.keys()) {
    if (!name.startsWith(prefix)) continue;
    const found = await (await caches.open(name)).match(scope + path);
    if (found) return found;
  }
  return undefined;
}
