import { AppError } from "../../../core/errors.ts";
import type { PublicHost } from "../../sources/host.ts";
import type { ShardPiece, SourceContext } from "../../sources/source.ts";
import { readCifarArchive } from "./archive.ts";
import { word } from "../../../core/words/index.ts";

/** CIFAR-10 as a public host serves it. */
export async function* readHost(
  host: PublicHost,
  context: SourceContext,
): AsyncGenerator<ShardPiece, void, undefined> {
  context.phase("downloading");
  switch (host.format) {
    case "archive":
      yield* readCifarArchive(context.download.open(context.signal, host.files[0]!));
      break;
    case "sprite":
    case "batch-sprites":
    case "parquet": {
      // Loaded when needed: these are rarely chosen.
      const { readUnordered } = await import("./unordered.ts");
      yield* readUnordered({ ...host, format: host.format }, context);
      break;
    }
    default:
      throw new AppError("dataset-unavailable", word("unknown-form", { source: host.id }), {
        source: host.id,
      });
  }
}
