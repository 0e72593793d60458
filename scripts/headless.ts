import { pathToFileURL } from "node:url";
import { runProgram, type HeadlessProgram } from "./run-program.ts";

const [file, ...args] = process.argv.slice(2);
await runProgram(async () => (await import(pathToFileURL(file!).href)) as HeadlessProgram, args);
