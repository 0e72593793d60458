import { AppError } from "../core/errors.ts";
import { sha256Hex } from "../storage/sha256.ts";
import type { ShardInfo } from "./dataset.ts";
import { checkRecords } from "./records.ts";

/** Nothing is stored or trained on that did not pass here: length, digest, labels.
 *  @throws AppError "dataset-corrupt" naming the shard */
export async function verifyShard(info: ShardInfo, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const fail = (problem: string): never => {
    throw new AppError(
      "dataset-corrupt",
      `The images of ${info.name} are not what they should be: ${problem}. Nothing was trained on them.`,
      { shard: info.name, problem },
    );
  };
  if (bytes.length !== info.sizeBytes) fail(`${bytes.length} bytes instead of ${info.sizeBytes}`);
  if ((await sha256Hex(bytes)) !== info.sha256) fail("their SHA-256 digest differs");
  try {
    if (checkRecords(bytes) !== info.count) fail(`not ${info.count} records`);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === "dataset-format") fail(thrown.message);
    throw thrown;
  }
}
