import "fake-indexeddb/auto";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../../src/core/errors.ts";
import { DatasetService } from "../../../src/data/dataset-service.ts";
import { loadSplit } from "../../../src/data/load.ts";
import { generateShapes } from "../../../src/data/sets/shapes10/generate.ts";
import { openDatabase } from "../../../src/storage/database.ts";
import { createDownloadStore } from "../../../src/storage/download-store.ts";
import { createShardStore } from "../../../src/storage/shard-store.ts";
import { startFiles, tinyConfig, tinySpace } from "../../browser/harness.ts";
import { startDataServer, type DataServer } from "../../data/data-server.ts";
import type { FaultContext, Goal } from "../lib/goal.ts";
import { mutateShard, shardMutationKinds, type ShardMutationKind } from "../lib/shard-mutations.ts";
import { openStaticHost } from "../lib/static-host.ts";
import { readStoredJournals } from "../lib/stored.ts";

const images = 40;
const blockSize = 100;
/** One request and three more. */
const attempts = 4;

interface Part {
  readonly name: string;
  readonly split: "train" | "test";
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Images that are not what they should be, wherever they come from. */
export const damagedImages: Goal = {
  id: "R8",
  title: "Damaged images",
  how: "one shard of a data set arrives with flipped bits, cut, longer, as another shard, as zeros, as a page, empty, not at all, with an error, or with impossible labels under a right digest, or is damaged where it is stored; then the server has the right one",
  counts: { full: 1000, reduced: 40 },
  async run(context) {
    const troubles: string[] = [];
    const codes = new Set<string>();
    for (let first = 0; first < context.count; first += blockSize) {
      const found = await context.part(`block-${first}`, () => runBlock(context, first));
      troubles.push(...found.troubles);
      for (const code of found.codes) codes.add(code);
    }
    const page = await context.part("page", () => runPage(context));
    troubles.push(...page.troubles);
    const injected = context.count + page.injected;
    return {
      injected,
      survived: Math.max(0, injected - troubles.length),
      lost: 0,
      worstMs: null,
      pass: troubles.length === 0,
      notes: [
        `${context.count} mutations refused before training, damaged ones after ${attempts - 1} more tries (0.5, 2 and 6 s apart by the clock: ${page.waits}); the other shards were kept and the right one was taken afterwards; ${page.injected} on the page, 0 trials trained`,
        ...troubles.slice(0, 10),
      ],
      codes: [...codes].sort(),
    };
  },
};

/** @param label of the first record, where it is not one */
function makeParts(seed: number): Part[] {
  const make = (name: string, split: Part["split"], first: number): Part => ({
    ...{ name, split },
    bytes: generateShapes(seed, split, first, images),
  });
  return [
    make("train-00", "train", 0),
    make("train-01", "train", images),
    make("test-00", "test", 0),
  ];
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const manifestOf = (parts: readonly Part[]): string =>
  JSON.stringify({
    dataset: "cifar10",
    shards: parts.map(({ name, split, bytes }) => ({
      ...{ name, split, count: images, sizeBytes: bytes.length, sha256: sha256(bytes) },
    })),
  });
const pathOf = (name: string): string => `/data/cifar10/${name}.bin`;
const never = new AbortController().signal;
const request = { dataset: "cifar10", sourceId: "cifar10-same-origin", files: null } as const;

async function runBlock(
  context: FaultContext,
  first: number,
): Promise<{ troubles: string[]; codes: string[] }> {
  const server = await startDataServer();
  const troubles: string[] = [];
  const codes = new Set<string>();
  const parts = makeParts(9);
  const last = Math.min(first + blockSize, context.count);
  for (let i = first; i < last; i++) {
    const kind = shardMutationKinds[i % shardMutationKinds.length]!;
    const found = await inject(context, server, parts, kind, i);
    if (found.code) codes.add(found.code);
    troubles.push(...found.troubles.map((trouble) => `${i} (${kind}): ${trouble}`));
  }
  await server.close();
  return { troubles, codes: [...codes] };
}

async function inject(
  context: FaultContext,
  server: DataServer,
  parts: readonly Part[],
  kind: ShardMutationKind,
  index: number,
): Promise<{ code: string; troubles: string[] }> {
  const rng = context.rng("mutation", index);
  const at = rng.int(parts.length);
  const { name, bytes } = parts[at]!;
  const path = pathOf(name);
  const bent = mutateShard(kind, bytes, parts[(at + 1) % parts.length]!.bytes, rng);
  server.files.clear();
  server.faults.clear();
  for (const part of parts) server.files.set(pathOf(part.name), part.bytes);
  const served =
    kind === "label"
      ? parts.map((part, i) => (i === at ? { ...part, bytes: bent! as Part["bytes"] } : part))
      : parts;
  server.files.set("/data/cifar10/manifest.json", new TextEncoder().encode(manifestOf(served)));
  if (kind === "missing") server.files.delete(path);
  else if (kind === "server-error")
    server.faults.set(
      path,
      new Array<{ kind: "status"; status: number }>(20).fill({ kind: "status", status: 503 }),
    );
  else if (kind !== "stored") server.files.set(path, new Uint8Array(bent!));

  const database = await openDatabase({ name: `r8-${context.seed}-${index}` });
  const shards = createShardStore(database);
  const service = new DatasetService({
    ...{
      shards,
      downloads: createDownloadStore(database),
      fetch,
      offline: () => false,
      baseUrl: server.url,
      now: Date.now,
    },
    readAsset: () => Promise.reject(new TypeError("not needed")),
    retry: { backOffMs: [1, 1, 1, 1], idleMs: 5000 },
  });
  const prepare = (): Promise<void> => service.prepare(never, request, () => undefined);
  const load = async (): Promise<void> => {
    for (const split of ["train", "test"] as const) await loadSplit(shards, "cifar10", split);
  };
  server.requests.length = 0;
  let thrown: unknown;
  if (kind === "stored") {
    await prepare();
    const entry = (await shards.list("cifar10")).find((one) => one.name === name)!;
    await shards.put({ ...entry, dataset: "cifar10" }, new Uint8Array(bent!));
    thrown = await load().then(
      () => null,
      (error: unknown) => error,
    );
  } else
    thrown = await prepare().then(
      () => null,
      (error: unknown) => error,
    );
  const troubles: string[] = [];
  const expected =
    kind === "missing" || kind === "server-error" ? "download-failed" : "dataset-corrupt";
  const code = thrown instanceof AppError ? thrown.code : String(thrown);
  if (code !== expected) troubles.push(`ended with ${code}`);
  if (thrown instanceof AppError && !thrown.message.includes(name))
    troubles.push(`says only: ${thrown.message}`);
  const asked = server.requests.filter((line) => line.startsWith(path)).length;
  // A missing file stays missing; a busy server is asked once more than a damaged shard.
  const wanted = { missing: 1, "server-error": 5, stored: 1 }[kind as string] ?? attempts;
  if (asked !== wanted) troubles.push(`asked ${asked} times`);
  if (
    await load().then(
      () => true,
      () => false,
    )
  )
    troubles.push("it could be trained on");

  const kept = (await shards.list("cifar10")).length;
  server.faults.clear();
  for (const part of parts) server.files.set(pathOf(part.name), part.bytes);
  server.files.set("/data/cifar10/manifest.json", new TextEncoder().encode(manifestOf(parts)));
  server.requests.length = 0;
  await prepare()
    .then(load)
    .catch((error: unknown) => troubles.push(`afterwards: ${String(error)}`));
  const again = server.requests.filter((line) => line.includes(".bin")).length;
  if (again !== parts.length - kept)
    troubles.push(`${again} shards fetched again, ${kept} were there`);
  database.close();
  return { code, troubles };
}

/** On the page, with the real waits between tries. */
async function runPage(
  context: FaultContext,
): Promise<{ injected: number; waits: string; troubles: string[] }> {
  const kinds: readonly ShardMutationKind[] = context.reduced
    ? ["bits"]
    : ["bits", "cut", "swapped", "page", "missing"];
  const parts = makeParts(9);
  const folder = context.profile();
  cpSync(await context.dist(), folder, { recursive: true });
  const data = join(folder, "data", "cifar10");
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, "manifest.json"), manifestOf(parts));
  const host = await openStaticHost(folder);
  const troubles: string[] = [];
  let waits = "";
  for (const kind of kinds) {
    for (const part of parts) writeFileSync(join(data, `${part.name}.bin`), part.bytes);
    const bent = mutateShard(kind, parts[0]!.bytes, parts[1]!.bytes, context.rng("page", kind));
    const bad = join(data, "train-00.bin");
    if (bent) writeFileSync(bad, bent);
    else rmSync(bad);
    const visitor = await context.open({ webgpu: false, origin: host.url });
    const { page } = visitor;
    const times: number[] = [];
    visitor.context.on("request", (asked) => {
      if (asked.url().endsWith("train-00.bin")) times.push(performance.now());
    });
    await page.goto(host.url);
    const config = tinyConfig("cifar10", { trainImages: 48, validationImages: 16, testImages: 16 });
    await startFiles(page, tinySpace, config);
    const told = page.locator('[role="alert"]').filter({ hasText: "train-00" });
    await told
      .first()
      .waitFor({ timeout: 120_000 })
      .catch(async () => {
        troubles.push(
          `${kind}: the page says ${(await page.locator("main").innerText()).slice(0, 300)}`,
        );
      });
    const [events = []] = [...(await readStoredJournals(page)).values()];
    if (events.some(({ type }) => type === "attempt-started"))
      troubles.push(`${kind}: a trial was trained`);
    if (kind === "bits") {
      const gaps = times.slice(1).map((time, i) => (time - times[i]!) / 1000);
      waits = gaps.map((gap) => gap.toFixed(1)).join(", ");
      if (gaps.length !== 3 || gaps.some((gap, i) => gap < [0.5, 2, 6][i]!))
        troubles.push(`waits of ${waits} s`);
    }
    troubles.push(...visitor.problems.filter((problem) => problem.startsWith("uncaught")));
    await visitor.close();
  }
  await host.close();
  return { injected: kinds.length, waits, troubles };
}
