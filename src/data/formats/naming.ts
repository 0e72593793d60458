import { AppError } from "../../core/errors.ts";

/** Says of which file an error in its format speaks: several were given. */
export async function namingFile<T>(name: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== "dataset-format") throw cause;
    const { code, message, details } = cause;
    throw new AppError(code, `${name}: ${message}`, { ...details, file: name }, { cause });
  }
}
