import { spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { originsOf, publicHosts } from "../../../src/data/sources/hosts.ts";
import { root, serveBuild } from "../../browser/harness.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";
import {
  buildProblems,
  listProblems,
  packagesOfEntries,
  readPackageLists,
  type BuiltPackages,
} from "../package-lists.ts";
import {
  bundledPackages,
  foreignAddresses,
  lockProblems,
  type Lock,
  type Manifest,
} from "../supply-chain.ts";

/** What others wrote and may change. */
export const supplyChain: Goal = {
  id: "S8",
  title: "Supply chain",
  how: "every locked package, every address in the build and the policy are held against what is allowed, and bent ones against the check itself; in full the packages are also installed anew without scripts, the build is made from them, its packages are counted, and the page is opened to see which of them come without a click",
  counts: { full: 20, reduced: 20 },
  async run(context) {
    const read = (name: string): string => readFileSync(join(root, name), "utf8");
    const lock = JSON.parse(read("package-lock.json")) as Lock;
    const manifest = JSON.parse(read("package.json")) as Manifest;
    const npmrc = read(".npmrc");
    const page = read("docs/packages.md");
    const lists = readPackageLists(page);
    const dist = await context.dist();
    const listed = originsOf(publicHosts);
    const locked = Object.keys(lock.packages).length - 1;
    const troubles = [
      ...lockProblems(lock, manifest, npmrc),
      ...foreignAddresses(dist, listed),
      ...policyProblems(dist, listed),
      ...listProblems(lists, manifest, lock, context.count),
      ...toothless({ lock, manifest, npmrc, page }),
    ];
    const runtime = Object.keys(manifest.dependencies).length;
    let note = "";
    if (!context.reduced) {
      const made = await context.part("made-anew", () => madeAnew(context));
      troubles.push(...made.troubles, ...buildProblems(made.packages, lists, context.count));
      note = `; installed without scripts and built from that: code of ${made.packages.all.length} packages in the build`;
    }
    return {
      injected: locked,
      survived: Math.max(0, locked - troubles.length),
      lost: 0,
      worstMs: null,
      pass: troubles.length === 0,
      notes: [
        `${locked} packages, each with SHA-512 and exact version; ${runtime} direct runtime packages; ${lists.atOnce.length} that load without a click and ${lists.onDemand.length} others, each with a reason; ${listed.length} listed origins in policy and code${note}`,
        ...troubles.slice(0, 10),
      ],
    };
  },
};

/** The policy lets through what the list has and nothing more, in the page, for hosts and in the service worker. */
function policyProblems(dist: string, listed: readonly string[]): string[] {
  const expected = ["'self'", ...listed].join(" ");
  return ["index.html", "_headers", "service-worker.js"].flatMap((name) => {
    const text = readFileSync(join(dist, name), "utf8").replaceAll("&#39;", "'");
    const allowed = [...text.matchAll(/connect-src ([^;]*)/g)].map(([, sources]) => sources);
    return allowed.length > 0 && allowed.every((sources) => sources === expected)
      ? []
      : [`${name}: connect-src ${allowed.join(" and ")}`];
  });
}

/** Bent inputs that the check must refuse. */
function toothless(given: {
  readonly lock: Lock;
  readonly manifest: Manifest;
  readonly npmrc: string;
  readonly page: string;
}): string[] {
  const { lock, manifest, npmrc, page } = given;
  const [path, entry] = Object.entries(lock.packages).find(([name]) => name !== "")!;
  const bent = (change: object): Lock => ({
    packages: { ...lock.packages, [path]: { ...entry, ...change } },
  });
  const range = { ...manifest, dependencies: { ...manifest.dependencies, idb: "^8.0.4" } };
  const withoutIdb = readPackageLists(page.replace(/^\| `idb`.*\n/m, ""));
  const cases: readonly [string, string[]][] = [
    ["a SHA-1", lockProblems(bent({ integrity: "sha1-x" }), manifest, npmrc)],
    ["no digest", lockProblems(bent({ integrity: undefined }), manifest, npmrc)],
    ["another host", lockProblems(bent({ resolved: "https://127.0.0.1/x.tgz" }), manifest, npmrc)],
    ["a range", lockProblems(lock, range, npmrc)],
    ["scripts", lockProblems(lock, manifest, "")],
    ["a package without a line", listProblems(withoutIdb, manifest, lock, Infinity)],
  ];
  return cases
    .filter(([, found]) => found.length === 0)
    .map(([name]) => `the check lets ${name} pass`);
}

interface Made {
  readonly packages: BuiltPackages;
  readonly troubles: readonly string[];
}

/** Installs from the lock file, without scripts, in an empty folder, builds there, and opens the page. */
async function madeAnew(context: FaultContext): Promise<Made> {
  const folder = context.profile();
  const kept = ["package.json", "package-lock.json", ".npmrc", "vite.config.ts", "svelte.config.js", "tsconfig.json", "index.html", "src", "workers", "public", "scripts"]; // prettier-ignore
  for (const name of kept) cpSync(join(root, name), join(folder, name), { recursive: true });
  // What `npm run` says of this folder is not for that one.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$|^NODE_ENV$/i.test(name)),
  );
  const run = (command: string, ...args: string[]): string | null => {
    const { status, signal, stdout, stderr } = spawnSync(command, args, {
      ...{ cwd: folder, env, encoding: "utf8", shell: process.platform === "win32" },
    });
    const said = `${stdout}${stderr}`.slice(-500);
    return status === 0 ? null : `${command} ${args.join(" ")}: ${status ?? signal} ${said}`;
  };
  const installed = run("npm", "ci", "--ignore-scripts");
  const built =
    installed ?? run("npx", "--no-install", "vite", "build", "--sourcemap", "--logLevel", "error");
  if (built) return { packages: { all: [], early: [] }, troubles: [built] };
  const dist = join(folder, "dist");
  const early = [...packagesOfEntries(dist), ...(await packagesOfStart(context, dist))];
  return {
    packages: { all: bundledPackages(dist), early: [...new Set(early)].sort() },
    troubles: tooYoung(folder),
  };
}

/** Packages in the scripts that a visitor who clicks nothing is sent. */
async function packagesOfStart(context: FaultContext, dist: string): Promise<string[]> {
  const server = await serveBuild(dist);
  // A service worker fetches every file, whether it is run or not.
  const visitor = await context.open({ origin: server.url, serviceWorkers: false });
  const scripts = new Set<string>();
  visitor.context.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith(".js")) scripts.add(join(dist, pathname));
  });
  await visitor.page.goto(server.url);
  await visitor.page.getByRole("button", { name: "Start", exact: true }).first().waitFor();
  await visitor.page.waitForLoadState("networkidle");
  await visitor.close();
  await server.close();
  return bundledPackages(dist, scripts);
}

const leastAgeDays = 5;

/** Direct runtime packages whose version was published within the last days: too new for others to have looked at. */
function tooYoung(folder: string): string[] {
  const { dependencies } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  ) as Manifest;
  return Object.entries(dependencies).flatMap(([name, version]) => {
    const { stdout } = spawnSync("npm", ["view", name, "time", "--json"], {
      encoding: "utf8",
      shell: process.platform === "win32",
    });
    const published = (JSON.parse(stdout || "{}") as Record<string, string>)[version];
    const days = (Date.now() - Date.parse(published ?? "")) / 86_400_000;
    return days >= leastAgeDays
      ? []
      : [`${name} ${version} was published ${published ?? "at an unknown time"}`];
  });
}
