import "fake-indexeddb/auto";
import { beforeEach, expect, test } from "vitest";
import { createRng } from "../../src/core/math/rng.ts";
import { checkJournal } from "../../src/core/journal/index.ts";
import type { JournalEvent } from "../../src/core/journal/events.ts";
import { withSecondCopy } from "../../src/storage/experiments/copied-experiment-store.ts";
import { commit, openDatabase, type Database } from "../../src/storage/database.ts";
import type { ExperimentStore } from "../../src/storage/experiments/experiment-store.ts";
import { createMemoryFileStore, type FileStore } from "../../src/storage/files/file-store.ts";
import { createIndexedDbExperimentStore } from "../../src/storage/experiments/indexeddb-experiment-store.ts";
import { createJournalCopies } from "../../src/storage/experiments/journal-copies.ts";
import { openRawJournals } from "../../src/storage/experiments/raw-journals.ts";
import {
  repairAll,
  repairExperiment,
  type RepairShop,
} from "../../src/storage/experiments/repair.ts";
import { createWatermarks } from "../../src/storage/experiments/watermarks.ts";
import { created, finishedTrial } from "./events.ts";

let databases = 0;
let database: Database;
let files: FileStore;
let shop: RepairShop;
let store: ExperimentStore;
beforeEach(async () => {
  database = await openDatabase({ name: `copies-${databases++}` });
  files = createMemoryFileStore(() => 0);
  const copies = createJournalCopies(files);
  const marks = createWatermarks(new FakeStorage());
  store = withSecondCopy(createIndexedDbExperimentStore(database), copies, marks);
  shop = {
    raw: openRawJournals(database),
    copies,
    marks,
    now: () => 5,
    summarize: () => ({ anew: true }),
    exclusively: (_id, act) => act(),
  };
});

/** Object.keys of a Storage are its keys. */
class FakeStorage {
  [key: string]: unknown;
  getItem(key: string): string | null {
    return (this[key] as string | undefined) ?? null;
  }
  setItem(key: string, value: string): void {
    this[key] = value;
  }
  removeItem(key: string): void {
    delete this[key];
  }
}

/** An experiment of some finished trials, stored trial by trial as the orchestrator does. */
async function experiment(id: string, trials: number): Promise<JournalEvent[]> {
  const all: JournalEvent[] = [created(id, 0)];
  await store.append(id, all, { durability: "strict" });
  for (let trial = 0; trial < trials; trial++) {
    const events = finishedTrial(all.length, trial);
    await store.append(id, events.slice(0, -1), { durability: "relaxed" });
    await store.append(id, events.slice(-1), { durability: "strict" });
    all.push(...events);
  }
  return all;
}
const wipe = (id: string): Promise<void> => shop.raw.replace(id, null, []);
const read = async (id: string): Promise<JournalEvent[]> => checkJournal(await store.read(id));

test("nothing is repaired where nothing is wrong", async () => {
  await experiment("a", 2);
  expect(await repairAll(shop)).toEqual([]);
});

test("a lost experiment comes back with every finished trial", async () => {
  const events = await experiment("a", 3);
  await wipe("a");
  expect(await repairAll(shop)).toEqual([
    { experimentId: "a", name: "experiment a", restoredTrials: 3, lostTrials: 0, setAside: 0 },
  ]);
  expect(await read("a")).toEqual(events);
  expect(await store.get("a")).toMatchObject({ nextSeq: events.length, summary: { anew: true } });
  expect(await repairAll(shop)).toEqual([]);
});

test("a database that forgot its last events gets them back and goes on", async () => {
  const events = await experiment("a", 3);
  const short = events.slice(0, 7);
  const { entry } = await shop.raw.look("a");
  await shop.raw.replace(
    "a",
    { entry: { ...(entry as never as object), nextSeq: 7 } as never, events: short },
    [],
  );
  const [repair] = await repairAll(shop);
  expect(repair?.restoredTrials).toBeGreaterThan(0);
  expect(await read("a")).toEqual(events);
  await store.append("a", finishedTrial(events.length, 3), { durability: "strict" });
  await wipe("a");
  await repairAll(shop);
  expect(await read("a")).toHaveLength(events.length + 5);
});

test("a removed experiment does not come back", async () => {
  await experiment("a", 2);
  await store.remove("a");
  expect(await repairAll(shop)).toEqual([]);
  expect(await store.list()).toEqual([]);
});

test("an experiment of which nothing is stored is not repaired, and nothing is written for it", async () => {
  const { replace } = shop.raw;
  let replaced = 0;
  const raw = {
    ...shop.raw,
    replace: (...what: Parameters<typeof replace>) => (replaced++, replace(...what)),
  };
  await experiment("a", 2);
  await store.remove("a");
  for (const id of ["a", "never"]) expect(await repairExperiment({ ...shop, raw }, id)).toBeNull();
  expect(replaced).toBe(0);
});

test("when both copies are gone the watermark says how much is lost", async () => {
  await experiment("a", 2);
  await wipe("a");
  await files.remove("journals/a");
  expect(await repairAll(shop)).toMatchObject([{ lostTrials: 2, restoredTrials: 0 }]);
  expect(await repairAll(shop)).toEqual([]);
});

test("an experiment of a build without copies gets one", async () => {
  const events = await experiment("a", 2);
  shop.marks.remove("a");
  await files.remove("journals/a");
  expect(await repairAll(shop)).toEqual([]);
  await wipe("a");
  await repairAll(shop);
  expect(await read("a")).toEqual(events);
});

test("a copy that is torn at any byte gives back all events before the tear", async () => {
  const events = await experiment("a", 2);
  const whole = (await files.read("journals/a"))!;
  const rng = createRng("torn copies");
  for (let round = 0; round < 300; round++) {
    const bytes = whole.slice(0, 1 + rng.int(whole.length));
    if (round % 2) bytes[rng.int(bytes.length)]! ^= 1 << rng.int(8);
    await files.write("journals/a", bytes);
    const found = await shop.copies.read("a");
    expect(found).toEqual(events.slice(0, found.length));
    const lines = bytes.filter((byte) => byte === 10).length;
    expect(found.length).toBeGreaterThanOrEqual(round % 2 ? 0 : lines);
  }
});

test("a damaged copy is written anew with the next finished trial", async () => {
  const events = await experiment("a", 2);
  const bytes = (await files.read("journals/a"))!;
  await files.write("journals/a", bytes.slice(0, -3));
  const more = finishedTrial(events.length, 2);
  await store.append("a", more, { durability: "strict" });
  expect(await shop.copies.read("a")).toEqual([...events, ...more]);
});

test("a copy that cannot be written stops nothing", async () => {
  files.write = () => Promise.reject(new Error("disk full"));
  const events = await experiment("a", 1);
  expect(await read("a")).toEqual(events);
});

test("a damaged record is taken from the copy, and set aside as it was", async () => {
  const events = await experiment("a", 3);
  const seed = createRng("damaged records");
  for (let round = 0; round < 60; round++) {
    const seq = seed.int(events.length);
    const record = [
      undefined,
      null,
      7,
      "x",
      {},
      { event: 1 },
      { event: { ...events[seq], seq: -1 } },
    ][round % 7];
    await putRaw("a", seq, record);
    const { repair } = await mend();
    expect(repair).toMatchObject({ setAside: 1, lostTrials: 0 });
    expect(await read("a")).toEqual(events);
  }
  expect(await shop.raw.setAside()).toHaveLength(60);
  await shop.raw.forgetSetAside();
  expect(await shop.raw.setAside()).toEqual([]);
});

test("an event that can be read but cannot follow is taken from the copy as well", async () => {
  const events = await experiment("a", 3);
  const wrong = events.flatMap((event): JournalEvent[] => {
    switch (event.type) {
      case "attempt-started":
        return [{ ...event, attempt: 107 }];
      case "trial-added":
      case "trial-ended":
        return [{ ...event, trial: 9 }];
      default:
        return [];
    }
  });
  expect(wrong).toHaveLength(9);
  for (const event of wrong) {
    await putRaw("a", event.seq, { event });
    const { repair } = await mend();
    expect(repair).toMatchObject({ setAside: 1, lostTrials: 0 });
    expect(await read("a")).toEqual(events);
  }
});

test("without a copy a damaged record costs what depends on it and nothing else", async () => {
  const events = await experiment("a", 3);
  await files.remove("journals/a");
  const report = events.findIndex((event) => event.type === "epoch-finished" && event.trial === 1);
  await putRaw("a", report, { event: "?" });
  const { repair } = await mend();
  expect(repair?.setAside).toBeGreaterThan(0);
  const ended = (await read("a")).filter(({ type }) => type === "trial-ended");
  expect(ended).toHaveLength(3);
});

/** As the writer does it that finds its journal damaged. */
async function mend() {
  return { repair: await repairExperiment(shop, "a") };
}

/** Puts anything in the place of an event; the key, which the medium makes of the record, has to stay. */
async function putRaw(id: string, seq: number, record: unknown): Promise<void> {
  const keyed = typeof record === "object" ? record : { value: record };
  await commit(database, ["events"], "relaxed", (transaction) =>
    transaction.objectStore("events").put({ ...keyed, experimentId: id, seq } as never),
  );
}

/** Two trials side by side, of some epochs each, appended as they report. */
async function sideBySide(id: string): Promise<JournalEvent[]> {
  const [added, started, epoch, , ended] = finishedTrial(0, 0) as [
    JournalEvent,
    JournalEvent,
    Extract<JournalEvent, { type: "epoch-finished" }>,
    JournalEvent,
    JournalEvent,
  ];
  const of = (trial: number, event: JournalEvent): JournalEvent =>
    ({ ...event, trial }) as JournalEvent;
  const reports = [0, 1, 2, 3].map((i) => ({
    ...{ ...epoch.report, epoch: i + 1, trainLoss: [NaN, 5e-324, 0.3, 1 / 3][i]! },
  }));
  const order = [
    ...[of(0, added), of(0, started), of(1, added), of(1, started)],
    ...reports.flatMap((report) => [0, 1].map((trial) => ({ ...epoch, trial, report }))),
    ...[of(1, ended), of(0, ended)],
  ];
  const all = [created(id, 0), ...order.map((event, i) => ({ ...event, seq: i + 1, at: 100 + i }))];
  for (const event of all) {
    const durability = event.type === "trial-ended" || event.seq === 0 ? "strict" : "relaxed";
    await store.append(id, [event], { durability });
  }
  return all;
}

test("the copy holds a trial's epochs as one curve, and gives them back exactly", async () => {
  const events = await sideBySide("a");
  const text = new TextDecoder().decode((await files.read("journals/a"))!);
  expect(text.match(/"type":"curve"/g)).toHaveLength(1);
  expect(text.match(/"type":"epoch-finished"/g)).toHaveLength(4);
  expect(checkJournal(await shop.copies.read("a"))).toEqual(events);
  expect(await shop.copies.nextSeq("a")).toBe(events.length);
  await wipe("a");
  await repairAll(shop);
  expect(await read("a")).toEqual(events);
});

test("a copy cut or flipped anywhere gives the events before the damage, and no wrong one (seed 3)", async () => {
  const events = await sideBySide("a");
  const whole = (await files.read("journals/a"))!;
  const rng = createRng(3);
  for (let i = 0; i < 200; i++) {
    const bytes = whole.slice(0, i % 2 === 0 ? rng.int(whole.length) : whole.length);
    if (i % 2 === 1) bytes[rng.int(bytes.length)]! ^= 1 << rng.int(8);
    await files.write("journals/a", bytes);
    const found = checkJournal(await shop.copies.read("a"));
    expect(found).toEqual(events.slice(0, found.length));
    expect(found.length).toBeLessThan(events.length);
  }
});
