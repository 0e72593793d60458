import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import type { Parameters } from "../../src/core/search-space/types.ts";
import type { BenchFunction } from "./functions/functions.ts";

/** Real tables of trained networks as functions to minimise: the value is the mean over the training seeds.
 *  Ordered hyper-parameters are `randint` indices, the others choices. Absent files are named and left out. */
export function tableFunctions(folder: string): BenchFunction[] {
  const read = (name: string): string | null => {
    const path = join(folder, name);
    if (!existsSync(path)) {
      console.error(`${path} is absent: its table is left out`);
      return null;
    }
    const bytes = readFileSync(path);
    return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  };
  const functions: BenchFunction[] = [];
  const cells = read("nasbench201.csv");
  if (cells !== null) functions.push(cellTable(cells));
  const channels = read("channelbench_resnet_cifar10.csv");
  if (channels !== null) functions.push(channelTable(channels));
  for (const name of [
    "fcnet_protein_structure",
    "fcnet_parkinsons_telemonitoring",
    "mlp_vehicle",
    "mlp_australian",
  ]) {
    const text = read(`${name}.json.gz`);
    if (text !== null) functions.push(gridTable(name, text));
  }
  return functions;
}

const rows = (csv: string): string[][] =>
  csv
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Fills a table of errors by key and looks up the key a configuration spells. */
function lookup(
  name: string,
  space: JsonObject,
  errors: ReadonlyMap<string, number>,
  key: (p: Parameters) => string,
): BenchFunction {
  return {
    name,
    space,
    optimum: Math.min(...errors.values()),
    evaluate(parameters) {
      const error = errors.get(key(parameters));
      if (error === undefined) throw new RangeError(`${name}: no row for ${key(parameters)}`);
      return error;
    },
  };
}

/** Validation error in per cent after 200 epochs; six edges with one of five operations each. */
function cellTable(csv: string): BenchFunction {
  const operations = ["none", "skip", "conv1x1", "conv3x3", "pool"];
  const space = Object.fromEntries(
    Array.from({ length: 6 }, (_, i) => [`edge${i}`, { _type: "choice", _value: operations }]),
  );
  const errors = new Map(rows(csv).map((row) => [row[1]!, 100 - Number(row[4])]));
  const key = (p: Parameters): string =>
    Array.from({ length: 6 }, (_, i) => operations.indexOf(String(p[`edge${i}`]))).join("");
  return lookup("nasbench201", space, errors, key);
}

/** Error in per cent; seven layer widths, ordered. */
function channelTable(csv: string): BenchFunction {
  const space = Object.fromEntries(
    Array.from({ length: 7 }, (_, i) => [`width${i}`, { _type: "randint", _value: [1, 5] }]),
  );
  const errors = new Map(
    rows(csv).map((row) => [row[0]!, 100 - mean([Number(row[1]), Number(row[2]), Number(row[3])])]),
  );
  const key = (p: Parameters): string =>
    Array.from({ length: 7 }, (_, i) => Number(p[`width${i}`])).join("");
  return lookup("channelbench", space, errors, key);
}

interface Grid {
  readonly space: Readonly<Record<string, readonly JsonValue[]>>;
  readonly direction: "minimize" | "maximize";
  /** Per configuration, row-major, one value per training seed. */
  readonly values: readonly (readonly number[])[];
}

function gridTable(name: string, text: string): BenchFunction {
  const grid = JSON.parse(text) as Grid;
  const axes = Object.entries(grid.space);
  const space = Object.fromEntries(
    axes.map(([axis, values]): [string, JsonObject] => [
      axis,
      typeof values[0] === "number"
        ? { _type: "randint", _value: [0, values.length] }
        : { _type: "choice", _value: values },
    ]),
  );
  const sign = grid.direction === "maximize" ? -1 : 1;
  const errors = new Map(grid.values.map((seeds, i) => [String(i), sign * mean(seeds)]));
  const key = (p: Parameters): string =>
    String(
      axes.reduce((index, [axis, values]) => {
        const value = p[axis];
        const place = typeof value === "number" ? value : values.indexOf(value!);
        return index * values.length + place;
      }, 0),
    );
  return lookup(name, space, errors, key);
}
