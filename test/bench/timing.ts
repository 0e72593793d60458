/** npm run bench:timing -- [--json] [--tuners A,B] [--trials 100,500,1000] [--seconds 3] [--cpu]
 *
 *  How long every tuner of the catalogue takes for one suggestion, by the length of the history: finished trials drawn at
 *  random from ten mixed parameters (those of the ten that the tuner can handle). After one that is not
 *  counted, the median and the largest of at most 21 suggestions; after `--seconds` no new one is begun.
 *  `--cpu` measures the process's processor time instead, for a machine that is busy with other things.
 *  A multi-fidelity tuner's history is made by the tuner itself. */
import { parseArgs } from "node:util";
import {
  createRng,
  createTuner,
  parseSearchSpace,
  sampleParameters,
  tunerCatalogue,
  type JsonObject,
  type Parameters,
  type SearchSpace,
  type Trial,
  type TunerDefinition,
} from "../../src/core/index.ts";
import { quantile } from "./statistics.ts";

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    tuners: { type: "string", default: tunerCatalogue.map(({ name }) => name).join(",") },
    trials: { type: "string", default: "100,500,1000" },
    seconds: { type: "string", default: "3" },
    cpu: { type: "boolean", default: false },
  },
});

const now = (): number => {
  if (!flags.cpu) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

interface Row {
  readonly tuner: string;
  readonly parameters: number;
  readonly trials: number;
  readonly medianMs: number;
  readonly largestMs: number;
  readonly suggestions: number;
}

const tenParameters: Readonly<Record<string, JsonObject>> = {
  lr: { _type: "loguniform", _value: [1e-5, 1] },
  weight_decay: { _type: "loguniform", _value: [1e-6, 0.1] },
  dropout: { _type: "uniform", _value: [0, 0.6] },
  momentum: { _type: "uniform", _value: [0.5, 0.999] },
  label_smoothing: { _type: "uniform", _value: [0, 0.2] },
  hidden: { _type: "quniform", _value: [64, 1024, 64] },
  layers: { _type: "randint", _value: [1, 12] },
  batch: { _type: "choice", _value: [16, 32, 64, 128, 256] },
  kernel: { _type: "choice", _value: [2, 3, 5, 7] },
  width: { _type: "choice", _value: [8, 16, 32, 64] },
};

/** A smooth metric with some noise, so that models have something to fit. */
function metric(p: Parameters, number: number): number {
  const at = (name: string): number => Number(p[name] ?? 0);
  const lr = at("lr") > 0 ? Math.log10(at("lr")) + 2 : 0;
  const rng = createRng("timing", number);
  return (
    0.9 -
    0.05 * lr * lr -
    (at("dropout") - 0.3) ** 2 -
    0.01 * Math.abs(at("layers") - 6) -
    0.002 * at("kernel") +
    0.01 * rng.normal()
  );
}

function spaceFor(definition: TunerDefinition): SearchSpace {
  if (definition.name === "BatchTuner") {
    const listed = Array.from({ length: 2000 }, (_, i) => ({ lr: i / 2000, layers: i % 7 }));
    return parseSearchSpace({ list: { _type: "choice", _value: listed } });
  }
  const known = Object.entries(tenParameters).filter(([, spec]) =>
    definition.types.some((type) => type === spec["_type"]),
  );
  return parseSearchSpace(Object.fromEntries(known));
}

function makeHistory(definition: TunerDefinition, space: SearchSpace, count: number): Trial[] {
  const history: Trial[] = [];
  const tuner = createTuner(definition.name);
  const own = definition.multiFidelity || definition.name === "BatchTuner";
  for (let number = 0; number < count; number++) {
    const rng = createRng("timing", definition.name, number);
    let trial: Pick<Trial, "parameters" | "budget" | "continueFrom" | "tunerState">;
    if (own) {
      const suggestion = tuner.suggest(space, history, rng);
      if (suggestion.kind === "wait") throw new Error(`${definition.name}: ${suggestion.reason}`);
      const { kind: _, provenance: __, ...rest } = suggestion;
      trial = rest;
    } else trial = { parameters: sampleParameters(space, rng) };
    const final = metric(trial.parameters, number);
    history.push({ ...trial, number, status: "SUCCEEDED", intermediates: [final], final });
  }
  return history;
}

const rows: Row[] = [];
for (const name of flags.tuners.split(",")) {
  const definition = tunerCatalogue.find((tuner) => tuner.name === name);
  if (definition === undefined) throw new RangeError(`--tuners: there is no ${name}`);
  const space = spaceFor(definition);
  const longest = makeHistory(definition, space, Math.max(...flags.trials.split(",").map(Number)));
  for (const trials of flags.trials.split(",").map(Number)) {
    const history = longest.slice(0, trials);
    const tuner = createTuner(name);
    const times: number[] = [];
    const began = now();
    const left = (): boolean => now() - began < 1000 * Number(flags.seconds);
    for (let i = 0; i < 22 && (i < 2 || left()); i++) {
      const started = now();
      tuner.suggest(space, history, createRng("timing", name, trials, i));
      // The first one also compiles the code.
      if (i > 0) times.push(now() - started);
    }
    const row: Row = {
      tuner: name,
      parameters: space.parameters.length,
      trials,
      medianMs: quantile(times, 0.5),
      largestMs: Math.max(...times),
      suggestions: times.length,
    };
    rows.push(row);
    const short = (ms: number): string => ms.toPrecision(2);
    if (!flags.json)
      console.log(
        `| ${name} | ${row.parameters} | ${trials} | ${short(row.medianMs)} | ${short(row.largestMs)} |`,
      );
  }
}
if (flags.json) console.log(JSON.stringify({ rows }));
