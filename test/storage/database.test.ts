import "fake-indexeddb/auto";
import { deleteDB, openDB } from "idb";
import { expect, test, vi } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import {
  commit,
  isQuotaError,
  openDatabase,
  toStorageError,
  view,
} from "../../src/storage/database.ts";
import { migrations, schemaVersion, type Migration } from "../../src/storage/schema.ts";
import { createIndexedDbExperimentStore } from "../../src/storage/experiments/indexeddb-experiment-store.ts";
import { created, journal, note } from "./events.ts";
import shipped from "../fixtures/storage-schemas.json" with { type: "json" };
import { asWritten } from "../../src/core/words/index.ts";

let count = 0;
const fresh = (): string => `database-${count++}`;

test("the schema of every shipped version is what its fixture says, and the newest is among them", async () => {
  expect(Object.keys(shipped).map(Number)).toEqual(migrations.map((_, i) => i + 1));
  for (let version = 1; version <= schemaVersion; version++) {
    const name = fresh();
    const database = await openDB(name, version, {
      async upgrade(raw, _old, _new, transaction) {
        for (const migrate of migrations.slice(0, version))
          await migrate(raw as never, transaction as never);
      },
    });
    const schema = Object.fromEntries(
      [...database.objectStoreNames].map((store) => {
        const { keyPath, indexNames } = database.transaction(store).store;
        return [store, { keyPath, indexes: [...indexNames] }];
      }),
    );
    database.close();
    expect(schema).toEqual(shipped[String(version) as keyof typeof shipped]);
  }
});

test("a database of a newer build is refused with a code and left as it is", async () => {
  const name = fresh();
  const newer = await openDB(name, schemaVersion + 1, {
    upgrade: (database) => void database.createObjectStore("future"),
  });
  await newer.put("future", "kept", "key");
  newer.close();
  await expect(openDatabase({ name })).rejects.toMatchObject({ code: "storage-version" });
  const again = await openDB(name);
  expect(again.version).toBe(schemaVersion + 1);
  expect(await again.get("future", "key")).toBe("kept");
  again.close();
});

test("an open connection makes way for a newer build and says so", async () => {
  const name = fresh();
  const onOutdated = vi.fn();
  await openDatabase({ name, onOutdated });
  const newer = await openDB(name, schemaVersion + 1);
  expect(onOutdated).toHaveBeenCalledOnce();
  newer.close();
  await deleteDB(name);
});

test("an upgrade that an old tab holds up goes on when that tab closes", async () => {
  const name = fresh();
  const stubborn = indexedDB.open(name, schemaVersion);
  stubborn.onupgradeneeded = () => stubborn.result.createObjectStore("experiments");
  await new Promise((done) => (stubborn.onsuccess = done));
  const opened = vi.fn();
  const opening = openDatabase({ name, migrations: [...migrations, () => {}] });
  void opening.then(opened);
  await new Promise((done) => (stubborn.result.onversionchange = done));
  expect(opened).not.toHaveBeenCalled();
  stubborn.result.close();
  expect((await opening).connection.version).toBe(schemaVersion + 1);
});

test("an upgrade that fails half-way changes nothing and is repeated at the next opening", async () => {
  const name = fresh();
  const first = await openDatabase({ name });
  await createIndexedDbExperimentStore(first).append("a", journal("a", 3), {
    durability: "strict",
  });
  first.close();
  const addsStore: Migration = (database) => void database.createObjectStore("future" as never);
  const fails: Migration = () => Promise.reject(new TypeError("power cut"));
  const interrupted = openDatabase({ name, migrations: [...migrations, addsStore, fails] });
  await expect(interrupted).rejects.toMatchObject({ code: "storage-failed" });
  const again = await openDatabase({ name, migrations: [...migrations, addsStore, () => {}] });
  expect(again.connection.version).toBe(schemaVersion + 2);
  expect([...again.connection.objectStoreNames]).toContain("future");
  expect(await createIndexedDbExperimentStore(again).read("a")).toEqual(journal("a", 3));
});

test("a commit whose body throws writes nothing and passes the error on", async () => {
  const database = await openDatabase({ name: fresh() });
  const failure = new AppError("journal-invalid", asWritten("no"));
  await expect(
    commit(database, ["cache"], "relaxed", async (transaction) => {
      await transaction.objectStore("cache").put(1, "key");
      throw failure;
    }),
  ).rejects.toBe(failure);
  expect(await view(database, ["cache"], (t) => t.objectStore("cache").get("key"))).toBeUndefined();
});

test("a quota error after successful requests rejects the append with storage-quota and loses nothing older", async () => {
  const name = fresh();
  const database = await openDatabase({ name });
  const store = createIndexedDbExperimentStore(database);
  await store.append("a", journal("a", 3), { durability: "strict" });
  // As Chromium does it: every request succeeds, then the transaction fails.
  const overlay = <T extends object>(target: T, key: string, value: unknown): T =>
    new Proxy(target, {
      get: (_, name) => {
        if (name === key) return value;
        const own: unknown = Reflect.get(target, name);
        return typeof own === "function" ? own.bind(target) : own;
      },
    });
  const { connection } = database;
  const full = createIndexedDbExperimentStore({
    ...database,
    connection: overlay(connection, "transaction", (...args: [["events"], "readwrite"]) => {
      const transaction = connection.transaction(...args);
      const done = transaction.done.then(() =>
        Promise.reject(new DOMException("full", "QuotaExceededError")),
      );
      return overlay(transaction, "done", done);
    }),
  });
  await expect(full.append("a", [note(3)], { durability: "strict" })).rejects.toMatchObject({
    code: "storage-quota",
  });
  expect((await store.read("a")).slice(0, 3)).toEqual(journal("a", 3));
});

test("missing events of a damaged database are noticed at reading", async () => {
  const database = await openDatabase({ name: fresh() });
  const store = createIndexedDbExperimentStore(database);
  await store.append("a", journal("a", 6), { durability: "relaxed" });
  await commit(database, ["events"], "relaxed", (transaction) =>
    transaction.objectStore("events").delete(["a", 4]),
  );
  await expect(store.read("a")).rejects.toMatchObject({ code: "journal-invalid" });
  expect(await store.read("a", 5)).toHaveLength(1);
});

test("a closed connection rejects with storage-failed instead of hanging", async () => {
  const database = await openDatabase({ name: fresh() });
  const store = createIndexedDbExperimentStore(database);
  database.close();
  await expect(
    store.append("a", [created("a", 0)], { durability: "strict" }),
  ).rejects.toMatchObject({ code: "storage-failed" });
  await expect(store.list()).rejects.toMatchObject({ code: "storage-failed" });
});

test("storage errors become codes; an AppError stays what it is", () => {
  expect(isQuotaError(new DOMException("x", "QuotaExceededError"))).toBe(true);
  expect(toStorageError(new DOMException("x", "QuotaExceededError"), asWritten("w")).code).toBe(
    "storage-quota",
  );
  expect(toStorageError(new DOMException("x", "VersionError"), asWritten("w")).code).toBe(
    "storage-version",
  );
  expect(toStorageError(new TypeError("x"), asWritten("w")).code).toBe("storage-failed");
  const own = new AppError("aborted", asWritten("x"));
  expect(toStorageError(own, asWritten("w"))).toBe(own);
});
