/** Evaluates benchmark functions for programs in other languages: reads lines of JSON [function, parameters], answers
 *  each with a line of JSON, its value. The first line it writes describes the functions: { name: { space, optimum } }.
 *  tsx test/bench/evaluate.ts [--held-out | --development | --tables DIR] */
import { createInterface } from "node:readline";
import { readArguments } from "../../scripts/command-line.ts";
import type { Parameters } from "../../src/core/search-space/types.ts";
import { functionSet } from "./functions/function-set.ts";

const { values: flags } = readArguments("tsx test/bench/evaluate.ts", {
  options: {
    "held-out": { type: "boolean", default: false },
    development: { type: "boolean", default: false },
    tables: { type: "string" },
  },
});
const functions = functionSet(flags);
const described = functions.map(({ name, space, optimum }) => [name, { space, optimum }]);
console.log(JSON.stringify(Object.fromEntries(described)));
for await (const line of createInterface({ input: process.stdin })) {
  const [name, parameters] = JSON.parse(line) as [string, Parameters];
  const fn = functions.find((f) => f.name === name);
  if (fn === undefined) throw new RangeError(`no function ${name}`);
  console.log(JSON.stringify(fn.evaluate(parameters)));
}
