import { AppError } from "../../core/errors.ts";
import { word } from "../../core/words/index.ts";

/** Says of which file an error in its format speaks: several were given. */
export async function namingFile<T>(name: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== "dataset-format") throw cause;
    const { code, word: said, details } = cause;
    throw new AppError(code, word("in-file", { file: name, said }), { ...details, file: name }, { cause });
  }
}
