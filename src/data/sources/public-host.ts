import { readCifarArchive } from "../cifar10/archive.ts";
import type { PublicHost } from "./hosts.ts";
import { shardFolderSource } from "./shard-folder.ts";
import type { ShardSource } from "./source.ts";

/** A public host by plain GET, chosen by the user. */
export function publicHostSource(host: PublicHost): ShardSource {
  switch (host.format) {
    case "archive":
      return async function* ({ download, signal, phase }) {
        phase("downloading");
        yield* readCifarArchive(download.open(signal, host.files[0]!));
      };
    case "shards":
      return shardFolderSource;
    case "sprite":
    case "batch-sprites":
    case "parquet":
      // Loaded when needed: these are rarely chosen.
      return async function* (context) {
        const { readUnordered } = await import("../cifar10/unordered.ts");
        yield* readUnordered(host, context);
      };
    default:
      throw new RangeError(`format: ${host.format satisfies never}`);
  }
}
