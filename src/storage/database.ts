import { openDB, type IDBPDatabase, type IDBPTransaction, type StoreNames } from "idb";
import { AppError } from "../core/errors.ts";
import {
  databaseName,
  migrations as shippedMigrations,
  schemaVersion,
  type Migration,
  type Schema,
} from "./schema.ts";
import { asWritten, inEnglish, word, type Word } from "../core/words/index.ts";

/** For tests a name and migrations of their own. */
export interface OpenOptions {
  readonly name?: string;
  /** For tests of upgrades. */
  readonly migrations?: readonly Migration[];
  /** Another context waits to upgrade the database; this one has closed its connection and must reload. */
  readonly onOutdated?: () => void;
}

/** An open connection; closed when another context upgrades. */
export interface Database {
  readonly connection: IDBPDatabase<Schema>;
  close(): void;
}

/** Opens the database and brings it to the newest schema.
 *  @throws AppError "storage-version" when a newer build wrote it (nothing is changed), "storage-quota", "storage-failed" */
export async function openDatabase(options: OpenOptions = {}): Promise<Database> {
  let failure: unknown = null;
  const migrations = options.migrations ?? shippedMigrations;
  try {
    const connection = await openDB<Schema>(options.name ?? databaseName, migrations.length, {
      async upgrade(database, oldVersion, _newVersion, transaction) {
        try {
          for (const migrate of migrations.slice(oldVersion)) await migrate(database, transaction);
        } catch (thrown) {
          // Nobody awaits this function: only an abort keeps a half-made upgrade from being completed.
          failure = thrown;
          transaction.done.catch(() => undefined);
          transaction.abort();
        }
      },
      blocking(_current, _blocked, event) {
        // An old tab must never hold up a new build.
        if (event.target instanceof IDBDatabase) event.target.close();
        options.onOutdated?.();
      },
    });
    return { connection, close: () => connection.close() };
  } catch (thrown) {
    throw toStorageError(failure ?? thrown, word("open-database"));
  }
}

type Stores = StoreNames<Schema>[];

/** The one way to write: one commit is one transaction, and it resolves only when that transaction is complete. A
 *  successful request says nothing: running out of space arrives after it.
 *  `body` may await nothing but requests of the transaction; if it throws, nothing is written.
 *  @throws AppError "storage-quota", "storage-failed", or what `body` threw */
export async function commit<const Names extends Stores, Result>(
  database: Database,
  stores: Names,
  durability: "strict" | "relaxed",
  body: (transaction: IDBPTransaction<Schema, Names, "readwrite">) => Promise<Result>,
): Promise<Result> {
  try {
    const transaction = database.connection.transaction(stores, "readwrite", { durability });
    // Awaited below; this keeps an abort during `body` from being reported as unhandled.
    transaction.done.catch(() => undefined);
    let result: Result;
    try {
      result = await body(transaction);
    } catch (thrown) {
      try {
        transaction.abort();
      } catch {
        // Already aborted: its own error is the better answer.
      }
      await transaction.done.catch((aborted: unknown) => {
        if (isQuotaError(aborted)) throw aborted;
      });
      throw thrown;
    }
    await transaction.done;
    return result;
  } catch (thrown) {
    throw toStorageError(thrown, word("write-to", { stores }));
  }
}

/** Reads in one transaction, so that the answer is consistent. */
export async function view<const Names extends Stores, Result>(
  database: Database,
  stores: Names,
  body: (transaction: IDBPTransaction<Schema, Names, "readonly">) => Promise<Result>,
): Promise<Result> {
  try {
    const transaction = database.connection.transaction(stores, "readonly");
    transaction.done.catch(() => undefined);
    const result = await body(transaction);
    await transaction.done;
    return result;
  } catch (thrown) {
    throw toStorageError(thrown, word("read-from", { stores }));
  }
}

/** True for every browser's way to say that the origin's space is used up. */
export function isQuotaError(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "QuotaExceededError";
}

/** Converts what the browser's storage throws; an AppError stays as it is. */
export function toStorageError(thrown: unknown, doing: Word): AppError {
  if (thrown instanceof AppError) return thrown;
  const reason = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  if (isQuotaError(thrown))
    return new AppError(
      "storage-quota",
      word("space-used-up", { doing }),
      { doing: inEnglish(doing) },
      { cause: thrown },
    );
  if (thrown instanceof Error && thrown.name === "VersionError")
    return new AppError(
      "storage-version",
      word("newer-version"),
      { supported: schemaVersion },
      { cause: thrown },
    );
  return new AppError(
    "storage-failed",
    word("could-not", { doing, reason: asWritten(reason) }),
    { doing: inEnglish(doing), reason },
    { cause: thrown },
  );
}
