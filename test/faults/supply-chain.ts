import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The parts of `package-lock.json` and `package.json` that count. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}
interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}
export interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Whatever would let something else than the known bytes in. */
export function lockProblems(lock: Lock, manifest: Manifest, npmrc: string): string[] {
  const problems: string[] = [];
  for (const [path, { version, resolved, integrity }] of Object.entries(lock.packages)) {
    if (path === "") continue;
    if (!/^sha512-[\w+/]{86}==$/.test(integrity ?? "")) problems.push(`${path}: no SHA-512`);
    if (!/^\d+\.\d+\.\d+/.test(version ?? "")) problems.push(`${path}: no version`);
    if (resolved !== undefined && !resolved.startsWith("https://registry.npmjs.org/"))
      problems.push(`${path}: comes from ${resolved}`);
  }
  const direct = { ...manifest.dependencies, ...manifest.devDependencies };
  for (const [name, range] of Object.entries(direct)) {
    const exact = range.replace(/^npm:[\w@/-]+@/, "");
    if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(exact)) problems.push(`${name}: ${range} is not exact`);
    if (!lock.packages[`node_modules/${name}`]) problems.push(`${name} is not locked`);
  }
  if (!/^ignore-scripts=true$/m.test(npmrc)) problems.push(".npmrc: install scripts may run");
  return problems;
}

/** Packages of which code is in a build that was made with source maps.
 *  @param scripts paths of the only scripts to look at */
export function bundledPackages(folder: string, scripts?: ReadonlySet<string>): string[] {
  const names = new Set<string>();
  for (const file of filesOf(folder).filter((name) => name.endsWith(".map"))) {
    if (scripts && !scripts.has(file.slice(0, -".map".length))) continue;
    const { sources } = JSON.parse(readFileSync(file, "utf8")) as { sources: string[] };
    for (const source of sources) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1];
      if (name !== undefined && !name.startsWith(".")) names.add(name);
    }
  }
  return [...names].sort();
}

/** Origins that stand in a build as text – names of XML, addresses in messages and comments – and are never asked. */
const mentioned = [
  "http://www.w3.org",
  "http://www.apache.org",
  "https://svelte.dev",
  "https://github.com",
  "https://en.wikipedia.org",
  "https://arxiv.org",
  "https://www.shadertoy.com",
];

/** Every address in the texts of a build that is neither a listed data host nor a mere mention. */
export function foreignAddresses(folder: string, listed: readonly string[]): string[] {
  const found: string[] = [];
  for (const file of filesOf(folder).filter((name) =>
    /\.(js|css|html|json|svg|webmanifest)$/.test(name),
  )) {
    const text = readFileSync(file, "utf8");
    for (const [address, origin] of text.matchAll(/(https?:\/\/[\w.*-]+(?::\d+)?)[^\s"'`\\)<>]*/g))
      if (![...listed, ...mentioned].includes(origin!)) found.push(`${file}: ${address}`);
    // Whatever the origin: nothing is loaded by an element, an import or a style from anywhere else.
    for (const [loading] of text.matchAll(
      /(?:<(?:script|link|img|iframe)[^>]*(?:src|href)=["']?|\bimport\s*\(?\s*["']|@import\s+["']|\burl\(["']?)(?:https?:)?\/\/[^\s"')]+/g,
    ))
      found.push(`${file}: ${loading}`);
  }
  return found;
}

/** Paths of all files in a folder. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((name) => statSync(name).isFile());
}
