import { runProgram } from "../../run-program.ts";

const programs = {
  trial: () => import("../trial.ts"),
  "bench-training": () => import("../bench-training.ts"),
};

// The entry point of the packed folder.
const [name = "", ...args] = process.argv.slice(2);
const load = Object.hasOwn(programs, name) ? programs[name as keyof typeof programs] : undefined;
if (load) await runProgram(load, args);
else {
  console.error(`Usage: tabtune ${Object.keys(programs).join("|")} [arguments]`);
  process.exitCode = 2;
}
