import { transferHandlers, type TransferHandler } from "comlink";
import { AppError, toErrorRecord, type ErrorRecord } from "../src/core/errors.ts";

/** What comlink hands to its "throw" handler on the throwing side. */
interface Thrown {
  readonly value: unknown;
}

/** Lets an AppError keep its code and details across a worker boundary; comlink itself keeps only name and message.
 *  Both sides must call it, once, before the first call. Anything else thrown arrives as AppError "internal". */
export function installErrorTransfer(): void {
  const builtIn = transferHandlers.get("throw");
  if (!builtIn) throw new TypeError("comlink: expected a transfer handler named throw");
  const handler: TransferHandler<Thrown, ErrorRecord> = {
    canHandle: (value): value is Thrown => builtIn.canHandle(value),
    serialize: ({ value }) => [toErrorRecord(value), []],
    deserialize: (record) => {
      throw AppError.fromRecord(record);
    },
  };
  transferHandlers.set("throw", handler);
}
