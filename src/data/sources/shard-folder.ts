import { AppError } from "../../core/errors.ts";
import type { JsonValue } from "../../core/json.ts";
import type { DatasetManifest } from "../dataset.ts";
import type { DatasetDefinition } from "../definition.ts";
import { readAll } from "../formats/gunzip.ts";
import { parseManifest } from "../manifests.ts";
import type { ShardSource } from "./source.ts";
import { word } from "../../core/words/index.ts";

const maxManifestBytes = 200_000;

/** The manifest in a folder, or null where there is none (a missing file, or a page instead of one).
 *  @param folderUrl with a slash at the end
 *  @throws AppError "dataset-format" for a manifest that is wrong */
export async function fetchManifest(
  signal: AbortSignal,
  request: typeof fetch,
  folderUrl: string,
  definition: DatasetDefinition,
): Promise<DatasetManifest | null> {
  const response = await request(new URL("manifest.json", folderUrl), {
    signal,
    credentials: "omit",
    cache: "no-store",
  }).catch(() => null);
  if (!response?.ok) return null;
  let value: JsonValue;
  try {
    const text = await response.text();
    if (text.length > maxManifestBytes) return null;
    value = JSON.parse(text) as JsonValue;
  } catch {
    // Hosts for single-page applications answer a missing file with their page.
    return null;
  }
  return parseManifest(value, definition);
}

/** Shards as `npm run data` wrote them, beside the page or on another host. */
export const shardFolderSource: ShardSource = async function* (context) {
  const { shards, missing, download, folderUrl, signal, phase } = context;
  if (folderUrl === null) throw new TypeError("folderUrl: expected an address, got null");
  for (const info of shards) {
    if (!missing.has(info.name)) continue;
    phase("downloading");
    const url = new URL(`${info.name}.bin`, folderUrl).href;
    try {
      yield { name: info.name, bytes: await readAll(download.open(signal, url), info.sizeBytes) };
    } catch (thrown) {
      // More bytes than a shard has: whatever it is, it is none.
      if (thrown instanceof AppError && thrown.code === "dataset-format") {
        await download.discard(url);
        throw new AppError("dataset-corrupt", word("shard-too-large", { url, shard: info.name }), {
          shard: info.name,
        });
      }
      throw thrown;
    }
    await download.discard(url);
  }
};
