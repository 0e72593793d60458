import { expect, test } from "vitest";
import { createAssessor } from "../../src/core/assessors/index.ts";
import { parseExperimentConfig } from "../../src/core/config/index.ts";
import { AppError } from "../../src/core/errors.ts";
import type { JsonObject, JsonValue } from "../../src/core/json.ts";
import { createRng } from "../../src/core/math/rng.ts";
import { parseSearchSpace } from "../../src/core/search-space/index.ts";
import { createTuner, tunerCatalogue } from "../../src/core/tuners/index.ts";
import { readCifarArchive } from "../../src/data/sets/cifar10/archive.ts";
import { verifyShard } from "../../src/data/verify.ts";
import { defineDataset } from "../../src/data/definition.ts";
import { readIdxSet } from "../../src/data/formats/idx-set.ts";
import { readRecordArchive } from "../../src/data/formats/record-archive.ts";
import { checkRecords } from "../../src/data/records.ts";
import { datasetOf } from "../../src/data/sets/registry.ts";
import { fileSource } from "../../src/data/sources/file.ts";
import { idxFiles } from "../../src/data/sources/idx-files.ts";
import type { DataFile, SourceContext } from "../../src/data/sources/source.ts";
import { shape } from "../../src/data/sets/cifar10/manifest.ts";
import {
  checkConfigurations,
  checkSpaceForTraining,
} from "../../src/engine/training/parameters/check-space.ts";
import {
  noParameterSettings,
  resolveHyperparameters,
} from "../../src/engine/training/parameters/hyperparameters.ts";
import { parseConfigText, parseSearchSpaceText } from "../../src/experiment/draft/config-text.ts";
import { checkDraft, refuseMisfits } from "../../src/experiment/draft/drafts.ts";
import { parseDroppedFiles } from "../../src/experiment/draft/dropped-files.ts";
import { decodeFile, fileFormat } from "../../src/experiment/formats/file.ts";
import { decodeLink } from "../../src/experiment/formats/link.ts";
import { speak } from "../../src/core/words/index.ts";
import { zhWords } from "../../src/ui/messages/zh/words/index.ts";
import { errorLines } from "../../src/ui/views/error-place.ts";
import { chunksOf, idx, tar } from "../data/make-files.ts";

const say = speak(zhWords);
const choice = (...values: JsonValue[]): JsonObject => ({ _type: "choice", _value: values });
const drop = (
  ...files: [name: string, text: string | Uint8Array<ArrayBuffer>][]
): Promise<unknown> =>
  parseDroppedFiles(
    files.map(([name, text]) => ({ name, blob: new Blob([text]) })),
    1,
  );
const trains = (space: object, settings: object = {}): unknown =>
  checkSpaceForTraining(parseSearchSpace(space), { ...noParameterSettings, ...settings });
/** As the form makes it, which checks nothing while it is filled in. */
const drafted = (training: object): unknown => {
  const config = parseExperimentConfig({ tabtune: { dataset: "shapes10" } });
  return checkDraft({
    config: { ...config, training: { ...config.training, ...training } },
    searchSpace: { lr: choice(0.1, 0.2) },
    seed: 1,
    preset: null,
  });
};
const archive = async (bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
  for await (const _ of readCifarArchive(chunksOf(bytes, 1000))) void _;
};
const experimentFile = (rest: string): Promise<unknown> =>
  decodeFile(new Blob([`{"format":"${fileFormat}"${rest}`]) as File);
const records = (bytes: number, label: number): Uint8Array<ArrayBuffer> => {
  const data = new Uint8Array(bytes);
  data[0] = label;
  return data;
};

const small = defineDataset({
  ...{ name: "small", title: "Small", credit: "", augment: "none" },
  shape: { height: 2, width: 2, channels: 1, classes: ["a", "b"], mean: [0], std: [1] },
  counts: { train: 7, test: 4 },
  files: idxFiles,
});
const noFiles = { files: [], phase: () => undefined } as unknown as SourceContext;
const dataFile = ([name, bytes]: readonly [string, Uint8Array<ArrayBuffer>]): DataFile => ({
  name,
  open: () => chunksOf(bytes, 1000),
});
const idxSet = async (...files: (readonly [string, Uint8Array<ArrayBuffer>])[]): Promise<void> => {
  for await (const _ of readIdxSet(files.map(dataFile), small)) void _;
};
const recordSet = async (archive: Uint8Array<ArrayBuffer>): Promise<void> => {
  const entries = { train: "train.bin", test: "test.bin" };
  const read = readRecordArchive({ entries, labels: 1, label: 0 });
  for await (const _ of read([dataFile(["x.tar", archive])], small)) void _;
};

/** As many as tell how bright they are. */
const tooBright = (): Promise<unknown> => {
  const plan = { name: "train-00", split: "train", count: 600, sizeBytes: 3_000 } as const;
  return verifyShard(
    plan,
    new Uint8Array(3_000).map((_, i) => (i % 5 ? 200 : 1)),
    small.shape,
  );
};

/** What users bring along, broken in every way that their error tells apart. */
const brought: Readonly<Record<string, () => unknown>> = {
  "broken JSON": () => parseSearchSpaceText("{ ]"),
  "broken YAML": () => parseConfigText("tuner: [1\nname: x"),
  "a key twice": () => parseConfigText("tuner: 1\ntuner: 2"),
  "no object": () => parseConfigText("just words"),
  "an infinite number": () => parseConfigText("maxTrialNum: .inf"),
  "a forbidden key": () => parseConfigText('"__proto__": 1'),
  "too long a text": () => parseConfigText("x".repeat(2_000_000)),
  "too deep a text": () => parseSearchSpaceText(`${"[".repeat(200)}${"]".repeat(200)}`),
  "no file": () => drop(),
  "an empty file": () => drop(["a.json", " "]),
  "two search spaces": () => {
    const text = JSON.stringify({ a: choice(1) });
    return drop(["a.json", text], ["b.json", text]);
  },
  "two search spaces pasted": () => {
    const text = JSON.stringify({ a: choice(1) });
    return drop(["", text], ["", text]);
  },
  "an object of something else": () => drop(["a.json", '{ "lr": 0.1 }']),
  "an unknown file": () => drop(["cat.png", "meow"]),
  "a named broken file": () => drop(["a.json", "{ ]"]),
  "a file's tuner with a wrong argument": () =>
    drop(["config.yml", "tuner: { name: TPE, classArgs: { n_startup_jobs: 2.5 } }"]),
  "a file's assessor with a wrong argument": () =>
    drop(["config.yml", "assessor: { name: Medianstop, classArgs: { start_step: one } }"]),
  "a file's tuner that is not here": () => drop(["config.yml", "tuner: { name: PPOTuner }"]),
  "an experiment file that ends early": () => experimentFile(""),
  "an experiment file without events": () => experimentFile("}"),
  "a link with blanks": () => decodeLink("tt1.a b"),
  "another version's link": () => decodeLink("tt9.abc"),
  "half a link": () => decodeLink("tt1.abc"),
  "a damaged link": () => decodeLink("tt1.AAAAAAAAAAAAAAAA"),
  "a huge link": () => decodeLink(`tt1.${"A".repeat(70_000)}`),
  "no archive": () => archive(new TextEncoder().encode("x".repeat(600)) as Uint8Array<ArrayBuffer>),
  "half an archive": () => archive(tar({ "data_batch_1.bin": records(2000, 0) }).slice(0, 1000)),
  "an empty archive": () => archive(new Uint8Array()),
  "a damaged gzip": () => archive(new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3, 4])),
  "an archive of something else": () => archive(tar({ "readme.txt": records(10, 0) })),
  "a short batch": () => archive(tar({ "data_batch_1.bin": records(3073, 0) })),
  "part of a record": () => checkRecords(records(100, 0), shape),
  "a label beyond ten": () => checkRecords(records(3073, 77), shape),
  "no files of a data set": () => fileSource(datasetOf("cifar10"))(noFiles).next(),
  "a data set that nobody knows": () => datasetOf("imagenet"),
  "a word that is no data set's name": () => parseConfigText("tabtune: { dataset: ../x }"),
  "one idx file of four": () => idxSet(["a", idx([7], new Uint8Array(7))]),
  "an idx file twice": () =>
    idxSet(["a", idx([7], new Uint8Array(7))], ["b", idx([7], new Uint8Array(7))]),
  "an idx file of something else": () => idxSet(["a", idx([9, 9], new Uint8Array(81))]),
  "an idx file that is none": () => idxSet(["a", records(20, 1)]),
  "an idx file that ends early": () => idxSet(["a", idx([7], new Uint8Array(5))]),
  "an idx file's wrong label": () =>
    idxSet(
      ["a", idx([7], new Uint8Array(7).fill(99))],
      ["b", idx([4], new Uint8Array(4))],
      ["c", idx([7, 2, 2], new Uint8Array(28))],
      ["d", idx([4, 2, 2], new Uint8Array(16))],
    ),
  "an archive without its records": () => recordSet(tar({ "readme.txt": records(10, 0) })),
  "images of another set": tooBright,
  "no validation images": () => drafted({ validationImages: 0 }),
  "nothing to train on": () => drafted({ trainImages: 100, validationImages: 100 }),
  "more images than there are": () => drafted({ testImages: 99_999 }),
  "a network too large": () => refuseMisfits([{ batchSize: 64, largestBatchSize: 32 } as never]),
  "a network too large for any batch": () =>
    refuseMisfits([{ batchSize: 64, largestBatchSize: 0 } as never]),
  "a batch that cannot be filled": () =>
    checkConfigurations([{ batch_size: 128 }], noParameterSettings, 100),
  "a key that nothing reads": () => trains({ learning_rat: choice(1) }),
  "a key twice in a space": () =>
    trains({ lr: choice(0.1), optimizer: choice({ _name: "SGD", lr: choice(0.1) }) }),
  "a head's key for a network without that head": () =>
    trains({ model: choice("toy", "resnet18"), hidden_size: choice(1) }),
  "momentum for Adam": () => trains({ optimizer: choice("Adam"), momentum: choice(0.9) }),
  "fractions for integers": () => trains({ epochs: { _type: "uniform", _value: [1, 2] } }),
  "numbers for names": () => trains({ optimizer: { _type: "uniform", _value: [1, 2] } }),
  "a wrong parameter": () => resolveHyperparameters({ lr: "high" }),
  "epochs beside Hyperband": () =>
    checkSpaceForTraining(parseSearchSpace({ epochs: choice(1) }), noParameterSettings, {
      budgetsBy: "Hyperband",
    }),
  "an unknown argument": () => createTuner("TPE", { gama: 1 }),
  "an argument out of range": () => createTuner("TPE", { seed: -0.5 }),
  "an assessor's argument": () => createAssessor("Medianstop", { start_step: "one" }),
  "an unknown assessor": () => createAssessor("Oracle"),
  "an unknown tuner": () => createTuner("Oracle"),
  "NNI's tuners that are not here, 1": () => createTuner("NetworkMorphism"),
  "NNI's tuners that are not here, 2": () => createTuner("PPOTuner"),
  "NNI's tuners that are not here, 3": () => createTuner("DNGOTuner"),
  "a custom tuner": () => createTuner("custom"),
  "a range for the tuner of lists": () =>
    createTuner("BatchTuner").suggest(
      { lr: { _type: "uniform", _value: [0, 1] } },
      [],
      createRng(1),
    ),
  "two choices for the tuner of lists": () =>
    createTuner("BatchTuner").suggest({ a: choice(1), b: choice(1) }, [], createRng(1)),
  "a space that the tuner cannot handle": () =>
    createTuner("MetisTuner").suggest(
      parseSearchSpace({ a: { _type: "normal", _value: [0, 1] } }),
      [],
      createRng(1),
    ),
  "a nested space that the tuner cannot handle": () =>
    createTuner("MetisTuner").suggest(
      parseSearchSpace({ a: choice({ _name: "x", b: choice(1) }) }),
      [],
      createRng(1),
    ),
};

async function recordOf(act: () => unknown) {
  try {
    await act();
  } catch (error) {
    if (error instanceof AppError) return error.toRecord();
    throw error;
  }
  throw new Error("nothing was refused");
}

test.each(Object.entries(brought))("%s: what is wrong is said in Chinese", async (_, act) => {
  const error = await recordOf(act);
  const lines = errorLines(error, say);
  const own = lines.filter(({ english }) => !english).map(({ text }) => text);
  const said = own.join("").replace(/^位置 [^，。]+[，。](没有给出。|给出的是[^。]*。)?/, "");
  expect(said, error.message).toMatch(/[一-龥].*[。？]$/);
  expect(said).not.toMatch(/expected|undefined/i);
  // Only a text that cannot be read is shown as the parser saw it, in its words.
  expect(lines.some(({ english }) => english)).toBe("reason" in error.details);
});

test("everything that training cannot do with a space is said at once, a line each", async () => {
  const space = {
    lr: choice(0.1, "abc"),
    learning_rat: choice(1),
    epochs: { _type: "uniform", _value: [1, 2] },
    batch_size: choice(99_999),
  };
  const error = await recordOf(() => trains(space));
  expect(error.message.split("\n")).toHaveLength(4);
  const lines = errorLines(error, say);
  expect(lines.map(({ english }) => english)).toEqual([false, false, false, false]);
  for (const { text } of lines)
    expect(text).toMatch(/^位置 (lr|learning_rat|epochs|batch_size)(。|，给出的是 )/);
  expect(lines[0]!.text).toBe(
    '位置 lr，给出的是 "abc"。应为大于 0、不超过 1000 的数。请去掉或换掉这个值。',
  );
});

test("every argument of every tuner is refused in Chinese", async () => {
  for (const { name, arguments: specs } of tunerCatalogue)
    for (const spec of specs) {
      const error = await recordOf(() => createTuner(name, { [spec.name]: ["wrong"] }));
      const lines = errorLines(error, say);
      expect(
        lines.map(({ english }) => english),
        error.message,
      ).toEqual([false]);
      expect(lines[0]!.text).toMatch(/应为.*，给出的是 \["wrong"\]。$/);
    }
});
