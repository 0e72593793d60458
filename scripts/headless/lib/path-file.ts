import { createReadStream, existsSync } from "node:fs";
import { basename } from "node:path";
import { AppError } from "../../../src/core/errors.ts";
import type { DataFile } from "../../../src/data/sources/source.ts";
import { asWritten } from "../../../src/core/words/index.ts";

/** A file of this machine to read images from. @throws AppError "dataset-unavailable" where there is none */
export function pathFile(path: string): DataFile & { readonly path: string } {
  if (!existsSync(path))
    throw new AppError("dataset-unavailable", asWritten(`There is no file ${path}.`), {
      file: path,
    });
  return {
    path,
    name: basename(path),
    async *open() {
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
        yield new Uint8Array(chunk as Buffer);
    },
  };
}
