import { pathToFileURL } from "node:url";
import { AppError } from "../src/core/errors.ts";

/** A program under scripts/headless: gets its arguments, writes to standard output, returns the exit code. */
interface HeadlessProgram {
  main(args: readonly string[]): Promise<number>;
}

const [file, ...args] = process.argv.slice(2);
let code = 1;
try {
  const program = (await import(pathToFileURL(file!).href)) as HeadlessProgram;
  code = await program.main(args);
} catch (error) {
  if (error instanceof AppError) console.error(`${error.code}: ${error.message}`);
  else console.error(error);
}
// Dawn keeps the event loop alive, so the process must be ended; only after standard output has drained.
process.stdout.write("", () => process.exit(code));
