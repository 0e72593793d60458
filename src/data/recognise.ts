import { AppError } from "../core/errors.ts";
import type { DatasetDefinition, FileHead, FileImages } from "./definition.ts";
import { gunzip } from "./formats/gunzip.ts";
import { allDatasets } from "./sets/registry.ts";
import type { DataFile } from "./sources/source.ts";

/** Enough for a tar archive's first entry and an idx file's dimensions. */
const headBytes = 1_024;
/** A thousand small images say how bright a set is. */
const sampleBytes = 1_000_000;

/** A data set that comes as files. */
type FileSet = DatasetDefinition & { readonly files: FileImages };

/** Which data set the files belong to, by what they begin with; by their names where that says nothing. Sets whose files
 *  look alike are told apart by how bright their images are.
 *  @returns the set and those of the files that are its own; null where no set knows any */
export async function recogniseFiles<F extends DataFile>(
  files: readonly F[],
): Promise<{ readonly definition: DatasetDefinition; readonly files: readonly F[] } | null> {
  const sets = allDatasets().filter((one): one is FileSet => one.files !== null);
  const heads = await Promise.all(files.map((file) => headOf(file, headBytes)));
  const ownOf = (is: (set: FileSet, index: number) => boolean): readonly (readonly [FileSet, F[]])[] =>
    sets
      .map((set) => [set, files.filter((_, index) => is(set, index))] as const)
      .filter(([, own]) => own.length > 0);
  const byContent = ownOf((set, index) => set.files.recognises(heads[index]!, set.shape));
  const found =
    byContent.length > 0
      ? byContent
      : ownOf((set, index) => set.files.choices.flat().includes(files[index]!.name));
  if (found.length === 0) return null;
  const definition = found.length === 1 ? found[0]![0] : await closest(found);
  // One that is damaged is known by its name: whoever reads it says what is wrong with it.
  const names = definition.files.choices.flat();
  const own = files.filter(
    ({ name }, index) =>
      names.includes(name) || definition.files.recognises(heads[index]!, definition.shape),
  );
  return { definition, files: own };
}

/** The set whose mean is nearest to that of the images in the files; the first where no file shows its pixels. */
async function closest(found: readonly (readonly [FileSet, readonly DataFile[]])[]): Promise<FileSet> {
  const distances = await Promise.all(
    found.map(async ([{ files: { pixels }, shape }, own]) => {
      for (const file of own) {
        const sample = pixels?.(await headOf(file, sampleBytes));
        if (!sample || sample.length === 0) continue;
        const mean = sample.reduce((sum, byte) => sum + byte, 0) / sample.length / 255;
        return Math.abs(mean - shape.mean[0]!);
      }
      return Infinity;
    }),
  );
  return found[distances.indexOf(Math.min(...distances))]![0];
}

/** The first bytes of a file, unpacked where it is compressed; fewer where it is damaged. */
async function headOf(file: DataFile, length: number): Promise<FileHead> {
  const head = new Uint8Array(length);
  let done = 0;
  try {
    for await (const chunk of gunzip(file.open())) {
      const part = chunk.subarray(0, length - done);
      head.set(part, done);
      done += part.length;
      if (done === length) break;
    }
  } catch (thrown) {
    // Whoever reads the whole file says what is wrong with it.
    if (!(thrown instanceof AppError)) throw thrown;
  }
  return head.subarray(0, done);
}

/** Whether a file is one of those that a data set comes as, by what it begins with or by its name. */
export async function isOfficial(
  { files, shape }: DatasetDefinition,
  file: DataFile,
): Promise<boolean> {
  if (!files) return false;
  return (
    files.choices.flat().includes(file.name) || files.recognises(await headOf(file, headBytes), shape)
  );
}
