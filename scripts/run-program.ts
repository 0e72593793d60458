import { AppError } from "../src/core/errors.ts";

/** A program under scripts/headless: gets its arguments, writes to standard output, returns the exit code. */
export interface HeadlessProgram {
  main(args: readonly string[]): Promise<number>;
}

/** Runs a program and ends the process with its exit code; an expected failure is one line on standard error and code 1. */
export async function runProgram(
  load: () => Promise<HeadlessProgram>,
  args: readonly string[],
): Promise<void> {
  let code = 1;
  try {
    code = await (await load()).main(args);
  } catch (error) {
    if (error instanceof AppError) console.error(`${error.code}: ${error.message}`);
    else console.error(error);
  }
  // Dawn keeps the event loop alive, so the process must be ended; only after standard output has drained.
  process.stdout.write("", () => process.exit(code));
}
