import { AppError } from "../core/errors.ts";
import type { DatasetShape } from "../engine/dataset-shape.ts";
import { sha256Hex } from "../storage/sha256.ts";
import type { PlannedShard, ShardInfo } from "./dataset.ts";
import { checkRecords, recordBytes } from "./records.ts";
import { inEnglish, word, type Word } from "../core/words/index.ts";

/** Nothing is stored or trained on that did not pass here: length, digest, labels.
 *  @param info without a digest where none is known yet
 *  @returns the shard with its digest
 *  @throws AppError "dataset-corrupt" naming the shard */
export async function verifyShard(
  info: PlannedShard & Partial<Pick<ShardInfo, "sha256">>,
  bytes: Uint8Array<ArrayBuffer>,
  shape: DatasetShape,
): Promise<ShardInfo> {
  const fail = (problem: Word): never => {
    throw new AppError(
      "dataset-corrupt",
      word("images-wrong", { shard: info.name, problem }),
      { shard: info.name, problem: inEnglish(problem) },
    );
  };
  if (bytes.length !== info.sizeBytes) fail(word("bytes-instead", { bytes: bytes.length, expected: info.sizeBytes }));
  const sha256 = await sha256Hex(bytes);
  if (sha256 !== (info.sha256 ?? sha256)) fail(word("digest-differs"));
  try {
    if (checkRecords(bytes, shape) !== info.count) fail(word("not-so-many-records", { records: info.count }));
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === "dataset-format") fail(thrown.word);
    throw thrown;
  }
  // Without a digest another set of the same form could pass: how bright its images are tells it apart.
  if (info.sha256 === undefined && info.count >= tellingCount)
    meanPixels(bytes, shape).forEach((mean, channel) => {
      const expected = shape.mean[channel]!;
      if (Math.abs(mean - expected) > meanTolerance)
        fail(
          word("brightness-instead", { mean: mean.toFixed(2), expected: expected.toFixed(2) }),
        );
    });
  return { ...info, sha256 };
}

/** Means of so many images differ from those of the whole set by less than the tolerance. */
const tellingCount = 500;
const meanTolerance = 0.03;

/** Mean of each channel of records, pixels in [0, 1]. */
function meanPixels(records: Uint8Array, shape: DatasetShape): readonly number[] {
  const plane = shape.height * shape.width;
  const size = recordBytes(shape);
  return Array.from({ length: shape.channels }, (_, channel) => {
    let sum = 0;
    for (let record = 1 + channel * plane; record < records.length; record += size)
      for (let i = 0; i < plane; i++) sum += records[record + i]!;
    return sum / (255 * plane * (records.length / size));
  });
}
