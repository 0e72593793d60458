import { datasetNameForm, type DatasetName } from "../core/config/types.ts";
import type { DatasetShape } from "../engine/dataset-shape.ts";
import type { DatasetManifest, Split } from "./dataset.ts";
import type { PublicHost } from "./sources/host.ts";
import type { DataFile, ShardPiece, SourceContext } from "./sources/source.ts";

/** Everything there is to know of a data set. Light: what reads, draws or unpacks images is loaded when it is needed. */
export interface DatasetDefinition {
  /** Lower-case letters, digits and hyphens; in configurations, links and addresses. */
  readonly name: DatasetName;
  /** As people write it, in every language. */
  readonly title: string;
  /** Who made it and on what terms, in every language. */
  readonly credit: string;
  readonly shape: DatasetShape;
  /** What trials augment with unless they choose otherwise: a value of the parameter `augment`. */
  readonly augment: string;
  /** Images of the whole set. */
  readonly counts: { readonly [S in Split]: number };
  /** The whole set with its digests. Without one it is accepted by its structure, and the digests of the first reading are
   *  remembered. */
  readonly manifest: DatasetManifest | null;
  readonly generated: GeneratedImages | null;
  readonly files: FileImages | null;
  readonly hosts: HostImages | null;
}

/** Draws records `start` .. `start + count - 1` of a split, the same at every call. */
export type DrawRecords = (split: Split, start: number, count: number) => Uint8Array<ArrayBuffer>;

/** A data set that is drawn here. */
export interface GeneratedImages {
  load(): Promise<DrawRecords>;
}

/** The beginning of a file, unpacked where it was compressed. */
export type FileHead = Uint8Array;

/** Reads shards out of files, in any order. The names are those of `plannedShards`, or of the manifest.
 *  @throws AppError "dataset-format" naming the file and what to do */
export type ReadFiles = (
  files: readonly DataFile[],
  definition: DatasetDefinition,
) => AsyncGenerator<ShardPiece, void, undefined>;

/** A data set that comes as files of the user. */
export interface FileImages {
  /** What to give: one of these lists of files. */
  readonly choices: readonly (readonly string[])[];
  /** Whether a file may be one of them; another data set's may look alike. */
  recognises(head: FileHead, shape: DatasetShape): boolean;
  /** Pixels at the beginning of a file that holds them bare, to tell sets with files alike apart. */
  readonly pixels?: (head: FileHead) => Uint8Array | null;
  load(): Promise<ReadFiles>;
}

/** A data set that public hosts serve. */
export interface HostImages {
  readonly list: readonly PublicHost[];
  /** Reads what a host serves in a form of its own; folders of shards need nothing. */
  load(): Promise<
    (host: PublicHost, context: SourceContext) => AsyncGenerator<ShardPiece, void, undefined>
  >;
}

/** What a definition need not say. */
type Optional = "manifest" | "generated" | "files" | "hosts";

/** Completes a definition. @throws RangeError for one that contradicts itself */
export function defineDataset(
  definition: Omit<DatasetDefinition, Optional> & Partial<Pick<DatasetDefinition, Optional>>,
): DatasetDefinition {
  const { name, shape } = definition;
  if (!datasetNameForm.test(name))
    throw new RangeError(`name: expected lower-case letters, digits and hyphens, got ${name}`);
  for (const values of [shape.mean, shape.std])
    if (values.length !== shape.channels)
      throw new RangeError(`${name}: expected a mean and a std for each of ${shape.channels} channels`);
  return { manifest: null, generated: null, files: null, hosts: null, ...definition };
}
