import type { JsonObject } from "../../src/core/json.ts";
import { checkDraft } from "../../src/experiment/draft/drafts.ts";
import { parseDroppedFiles } from "../../src/experiment/draft/dropped-files.ts";
import { decodeFile, encodeFile } from "../../src/experiment/formats/file.ts";
import { decodeLink } from "../../src/experiment/formats/link.ts";
import { journalOf } from "../experiment/formats/examples.ts";
import { forgeLink, textOfLink } from "./forge.ts";
import { replaced } from "./hand-made-links.ts";

/** Foreign input of valid syntax that asks for far too much; `read` must refuse it. */
export interface Bomb {
  readonly label: string;
  read(): Promise<unknown>;
}

const choice = (values: string): string => `{"_type":"choice","_value":[${values}]}`;
const many = (count: number, item: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => item(i)).join(",");
const big = "n".repeat(1_000_000);

/** Configurations by name; each is also tried as a link's and as a dropped file's. */
const configs: Readonly<Record<string, string>> = {
  "10^9 trials": '{"maxTrialNumber":1000000000,"tuner":{"name":"TPE"}}',
  "10^9 trials, v1": '{"maxTrialNum":1000000000,"tuner":{"builtinTunerName":"TPE"}}',
  "10^9 at once": '{"trialConcurrency":1000000000,"tuner":{"name":"TPE"}}',
  "10^308 trials": '{"maxTrialNumber":1e308,"tuner":{"name":"TPE"}}',
  "10^9 hours": '{"maxExperimentDuration":"1000000000h","tuner":{"name":"TPE"}}',
  "a name of 1 MB": `{"experimentName":"${big.slice(0, 900_000)}","tuner":{"name":"TPE"}}`,
  "a tuner's name of 150 kB": `{"tuner":{"name":"${big.slice(0, 150_000)}"}}`,
  "30,000 unknown fields": `{${many(30_000, (i) => `"f${i}":0`)}}`,
  "20,000 unknown fields": `{${many(20_000, (i) => `"f${i}":0`)}}`,
  "a field's name of 500 kB": `{"${big.slice(0, 500_000)}":0}`,
  "20,000 unknown settings": `{"tuner":{"name":"TPE"},"tabtune":{${many(20_000, (i) => `"f${i}":0`)}}}`,
  "20,000 unknown fields of a tuner": `{"tuner":{"name":"TPE",${many(20_000, (i) => `"f${i}":0`)}}}`,
  "20,000 defaults": `{"tuner":{"name":"TPE"},"tabtune":{"defaults":{${many(20_000, (i) => `"f${i}":0`)}}}}`,
  "30,000 unknown arguments": `{"tuner":{"name":"TPE","classArgs":{${many(30_000, (i) => `"a${i}":0`)}}}}`,
  "10^9 candidates": '{"tuner":{"name":"TPE","classArgs":{"n_ei_candidates":1000000000}}}',
  "10^9 in a population": '{"tuner":{"name":"Evolution","classArgs":{"population_size":1000000000}}}',
  "10^9 budget": '{"tuner":{"name":"Hyperband","classArgs":{"R":1000000000,"eta":2}}}',
  "10^15 images": '{"tuner":{"name":"TPE"},"tabtune":{"trainImages":1000000000000000}}',
  "width 10^9": '{"tuner":{"name":"TPE"},"tabtune":{"defaults":{"width":1000000000}}}',
  "batch 10^9": '{"tuner":{"name":"TPE"},"tabtune":{"defaults":{"batch_size":1000000000}}}',
  "10^9 epochs": '{"tuner":{"name":"TPE"},"tabtune":{"defaults":{"epochs":1000000000}}}',
  "kernel 10^9": '{"tuner":{"name":"TPE"},"tabtune":{"defaults":{"conv_size":1000000001}}}',
  "hidden 10^9": '{"tuner":{"name":"TPE"},"tabtune":{"defaults":{"hidden_size":1000000000}}}',
  "overridden width 10^9": '{"tuner":{"name":"TPE"},"tabtune":{"overrides":{"width":1e9}}}',
}; // prettier-ignore

const spaces: Readonly<Record<string, string>> = {
  "10^4 parameters": `{${many(10_000, (i) => `"p${i}":${choice("1")}`)}}`,
  "201 parameters": `{${many(201, (i) => `"p${i}":${choice("1")}`)}}`,
  "20,000 options": `{"lr":${choice(many(20_000, (i) => String(i)))}}`,
  "an option of 100 kB": `{"model":${choice(`"${big.slice(0, 100_000)}"`)}}`,
  "a parameter's name of 100 kB": `{"${big.slice(0, 100_000)}":${choice("1")}}`,
  "choices nested 9 deep": nestedChoices(9),
  "1,001 configurations to try first": `{"lr":${choice("1")},"_initial":[${many(1_001, () => '{"lr":1}')}]}`,
  "51 constraints": `{"a":{"_type":"uniform","_value":[0,1]},"b":{"_type":"uniform","_value":[0,1]},"_constraints":[${many(51, () => '"a < b"')}]}`,
  "a width up to 10^9": '{"width":{"_type":"randint","_value":[1,1000000000]}}',
  "a width of 10^9": `{"width":${choice("1000000000")}}`,
  "a batch of 10^9": `{"batch_size":${choice("1000000000")}}`,
  "10^12 integers": '{"lr":{"_type":"randint","_value":[0,1000000000000]}}',
  "10^308": '{"lr":{"_type":"uniform","_value":[0,1e308]}}',
  "epochs of 10^9": `{"epochs":${choice("1000000000")}}`,
}; // prettier-ignore

const aliases = (): string => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 12; i++) {
    const before = new Array(10).fill(`*a${i - 1}`).join(", ");
    lines.push(`a${i}: &a${i} [${before}]`);
  }
  return lines.join("\n");
};

/** Texts that are dropped or pasted. */
const texts: Readonly<Record<string, string>> = {
  "YAML aliases that multiply": aliases(),
  "YAML nested 10,000 deep": "[".repeat(10_000),
  "YAML maps nested 1,000 deep": "{a: ".repeat(1_000) + "1" + "}".repeat(1_000),
  "YAML indented 500 deep": Array.from({ length: 500 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
  "a text of 2 MB": `experimentName: ${big}${big}`,
  "a comment of 2 MB": `# ${big}${big}\ntuner: { name: TPE }`,
  "20,000 lines of YAML": many(20_000, (i) => `f${i}: 0`).replaceAll(",", "\n"),
  "200,000 lines": "\n".repeat(200_000) + "tuner: { name: TPE }",
  "a key given twice": "tuner: { name: TPE }\ntuner: { name: Random }",
  "JSON nested 100,000 deep": "[".repeat(100_000) + "]".repeat(100_000),
  "10^6 parameters": `{${many(60_000, (i) => `"p${i}":${choice("1")}`)}}`,
};

/** Experiments in files. */
const files: Readonly<Record<string, (json: string) => string>> = {
  "lists nested 10^6 deep": (json) =>
    json.replace('"events":[', `"events":[${"[".repeat(1_000_000)}`),
  "6 million values": (json) => json.replace('"events":[', `"events":[${"0,".repeat(6_000_000)}`),
  "a name of 1 MB": (json) => replaced(json, "name", `"${big}"`),
  "10^9 trials": (json) => replaced(json, "maxTrialNumber", "1000000000"),
  "trial 10^9": (json) => replaced(json, "trial", "1000000000"),
  "10^9 epochs": (json) => replaced(json, "epochs", "1000000000"),
  "epoch 10^9": (json) =>
    withCurve(json, ({ trial = 0, seq = 0, at = 0 }) => {
      const nothing = { trainLoss: 0, trainAccuracy: 0, validationLoss: 0, validationAccuracy: 0 };
      const speeds = { learningRate: 0, imagesPerSecond: 0, durationMs: 0 };
      const report = { epoch: 1e9, metric: 0, ...nothing, ...speeds };
      return { type: "epoch-finished", trial, seq, at, report };
    }),
  "a curve of 10^9 epochs": (json) => withCurve(json, (curve) => ({ ...curve, epochs: 1e9 })),
  "a curve of 100,000 epochs": (json) => withCurve(json, (curve) => ({ ...curve, epochs: 1e5 })),
  "a curve of 1 MB": (json) => withCurve(json, (curve) => ({ ...curve, bytes: big })),
  "parameters of 1 MB": (json) => replaced(json, "parameters", `{"x":"${big}"}`),
  "a space of 2 MB": (json) => replaced(json, "searchSpace", `{"x":"${big}${big}"}`),
  "a reason of 1 MB": (json) => replaced(json, "reason", `"${big}"`),
  "seq 10^15": (json) => json.replaceAll('"seq":1,', '"seq":1000000000000000,'),
};

/** A file whose first curve is something else. */
function withCurve(json: string, change: (curve: JsonObject) => JsonObject): string {
  const file = JSON.parse(json) as { readonly events: readonly JsonObject[] };
  const curve = file.events.find(({ type }) => type === "curve");
  if (!curve) throw new Error("the valid file has no curve");
  return JSON.stringify({
    ...file,
    events: file.events.map((event) => (event === curve ? change(curve) : event)),
  });
}

/** Links whose parts are far too many or too large. */
const links: Readonly<Record<string, (json: string) => string>> = {
  "3,000 trials": (json) => replaced(json, "trials", `[${many(3_000, () => "{}")}]`),
  "40,000 trials": (json) => replaced(json, "trials", `[${many(40_000, () => "{}")}]`),
  "a name of 900 kB": (json) => replaced(json, "name", `"${big.slice(0, 900_000)}"`),
  "a reason of 900 kB": (json) => replaced(json, "why", `"${big.slice(0, 900_000)}"`),
  "10^9 at once": (json) => replaced(json, "c", "1000000000"),
  "10^9 trials": (json) => replaced(json, "n", "1000000000"),
  "a curve of 100,000 epochs": (json) =>
    replaced(json, "va", `{"d":[${many(100_000, () => "0")}]}`),
  "epoch 10^9": (json) => replaced(json, "e", "1000000000"),
  "20,001 epochs in all": (json) => {
    const at = json.indexOf('{"p":');
    const trial = json.slice(at, endOfObject(json, at));
    const long = replaced(trial, "va", `{"d":[${many(6_700, () => "0")}]}`);
    return replaced(json, "trials", `[${long},${long},${long}]`);
  },
  "parameters of 500 kB": (json) => replaced(json, "p", `{"x":"${big.slice(0, 500_000)}"}`),
};

function endOfObject(json: string, at: number): number {
  let depth = 0;
  for (let i = at; i < json.length; i++) {
    if (json[i] === "{") depth++;
    if (json[i] === "}" && --depth === 0) return i + 1;
  }
  return json.length;
}

/** @param valid a link of at least two trials with curves */
export async function resourceBombs(valid: string): Promise<Bomb[]> {
  const json = await textOfLink(valid);
  const file = await encodeFile(journalOf(2, 2)).text();
  const asLink = async (text: string): Promise<void> => {
    const { definition } = await decodeLink(await forgeLink(text));
    // A preview is shown of whatever is well-formed; running it is what is checked here.
    checkDraft(definition);
  };
  const dropped = async (...all: string[]): Promise<void> => {
    const found = await parseDroppedFiles(
      all.map((text, i) => ({ name: `f${i}.json`, blob: new Blob([text]) })),
      1,
    );
    if (found.kind === "draft") checkDraft(found.draft);
  };
  const sound = '{"tuner":{"name":"TPE"}}';
  const soundSpace = `{"lr":${choice("0.1")}}`;
  const bombs: Bomb[] = [];
  const add = (label: string, read: () => Promise<unknown>): void =>
    void bombs.push({ label, read });
  for (const [label, config] of Object.entries(configs)) {
    add(`link: ${label}`, () =>
      asLink(replaced(replaced(json, "space", soundSpace), "config", config)),
    );
    add(`dropped: ${label}`, () => dropped(soundSpace, config));
  }
  for (const [label, space] of Object.entries(spaces)) {
    add(`link: ${label}`, () => asLink(replaced(replaced(json, "config", sound), "space", space)));
    add(`dropped: ${label}`, () => dropped(space, sound));
  }
  for (const [label, text] of Object.entries(texts)) add(`text: ${label}`, () => dropped(text));
  for (const [label, make] of Object.entries(files))
    add(`file: ${label}`, () => decodeFile(new Blob([make(file)])));
  for (const [label, make] of Object.entries(links))
    add(`link: ${label}`, async () => decodeLink(await forgeLink(make(json))));
  return bombs;
}

function nestedChoices(depth: number): string {
  let inner = choice("1");
  for (let i = 0; i < depth; i++) inner = choice(`{"_name":"a","x":${inner}}`);
  return `{"x":${inner}}`;
}
