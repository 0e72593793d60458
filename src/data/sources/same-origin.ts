import type { DatasetName } from "../../core/config/types.ts";
import { AppError } from "../../core/errors.ts";
import type { JsonValue } from "../../core/json.ts";
import type { DatasetManifest } from "../dataset.ts";
import { readAll } from "../formats/gunzip.ts";
import { parseManifest } from "../manifests.ts";
import type { ShardSource } from "./source.ts";

const fileUrl = (baseUrl: string, dataset: DatasetName, name: string): string =>
  new URL(`data/${dataset}/${name}`, baseUrl).href;

const maxManifestBytes = 200_000;

/** The manifest this origin serves, or null where it serves none (a missing file, or a page instead of one).
 *  @throws AppError "dataset-format" for a manifest that is wrong */
export async function fetchSameOriginManifest(
  signal: AbortSignal,
  request: typeof fetch,
  baseUrl: string,
  dataset: DatasetName,
): Promise<DatasetManifest | null> {
  const response = await request(fileUrl(baseUrl, dataset, "manifest.json"), {
    signal,
    credentials: "omit",
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
  return parseManifest(value, dataset);
}

/** Shards that `npm run data` wrote beside the page. */
export const sameOriginSource: ShardSource = async function* (context) {
  const { manifest, missing, download, baseUrl, signal, phase } = context;
  for (const info of manifest.shards) {
    if (!missing.has(info.name)) continue;
    phase("downloading");
    const url = fileUrl(baseUrl, manifest.dataset, `${info.name}.bin`);
    try {
      yield { name: info.name, bytes: await readAll(download.open(signal, url), info.sizeBytes) };
    } catch (thrown) {
      // More bytes than a shard has: whatever it is, it is none.
      if (thrown instanceof AppError && thrown.code === "dataset-format") {
        await download.discard(url);
        throw new AppError("dataset-corrupt", `${url} is larger than ${info.name} should be.`, {
          shard: info.name,
        });
      }
      throw thrown;
    }
    await download.discard(url);
  }
};
