import { AppError } from "../core/errors.ts";
import type { DatasetShape } from "../engine/dataset-shape.ts";
import { sha256Hex } from "../storage/sha256.ts";
import type { PlannedShard, ShardInfo } from "./dataset.ts";
import { checkRecords } from "./records.ts";

/** Nothing is stored or trained on that did not pass here: length, digest, labels.
 *  @param info without a digest where none is known yet
 *  @returns the shard with its digest
 *  @throws AppError "dataset-corrupt" naming the shard */
export async function verifyShard(
  info: PlannedShard & Partial<Pick<ShardInfo, "sha256">>,
  bytes: Uint8Array<ArrayBuffer>,
  shape: DatasetShape,
): Promise<ShardInfo> {
  const fail = (problem: string): never => {
    throw new AppError(
      "dataset-corrupt",
      `The images of ${info.name} are not what they should be: ${problem}. Nothing was trained on them.`,
      { shard: info.name, problem },
    );
  };
  if (bytes.length !== info.sizeBytes) fail(`${bytes.length} bytes instead of ${info.sizeBytes}`);
  const sha256 = await sha256Hex(bytes);
  if (sha256 !== (info.sha256 ?? sha256)) fail("their SHA-256 digest differs");
  try {
    if (checkRecords(bytes, shape) !== info.count) fail(`not ${info.count} records`);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === "dataset-format") fail(thrown.message);
    throw thrown;
  }
  return { ...info, sha256 };
}
