import { speak } from "../../../src/core/words/index.ts";
import { zhWords } from "../../../src/ui/messages/zh/words/index.ts";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/core/json.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import { sampleParameters } from "../../../src/core/search-space/index.ts";
import type { DeviceReport, ExperimentDraft, PresetId } from "../../../src/experiment/api.ts";
import { estimateCost } from "../../../src/experiment/draft/cost.ts";
import { checkDraft, refuseMisfits } from "../../../src/experiment/draft/drafts.ts";
import { parseSearchSpaceText } from "../../../src/experiment/draft/config-text.ts";
import { parseDroppedFiles } from "../../../src/experiment/draft/dropped-files.ts";
import { presets } from "../../../src/experiment/draft/preset-list.ts";
import { loadPreset } from "../../../src/experiment/draft/presets.ts";
import { encodeFile } from "../../../src/experiment/formats/file.ts";
import { resolveHyperparameters } from "../../../src/engine/training/parameters/hyperparameters.ts";
import { journalOf } from "../formats/examples.ts";

const publicFolder = resolve(import.meta.dirname, "../../../public");
const readText = async (path: string): Promise<string> =>
  readFileSync(resolve(publicFolder, path), "utf8");

const device: DeviceReport = {
  backend: "webgpu",
  adapter: "test",
  software: false,
  halfPrecision: false,
  fallbackReason: null,
  trainingGflops: 1000,
  halfSpeedup: null,
  maxBufferBytes: 2 ** 31,
  suggestedConcurrency: 2,
};
const costOfDraft = (draft: ExperimentDraft, changes: Partial<DeviceReport> = {}) =>
  estimateCost({
    experiment: checkDraft(draft).experiment,
    device: { ...device, ...changes },
    cached: undefined,
    downloadBytes: 170_000_000,
  });
const load = (id: PresetId, changes: Partial<DeviceReport> = {}) =>
  loadPreset(id, 5, {
    readText,
    durationOf: async (draft) => {
      const { durationMs, misfits } = costOfDraft(draft, changes);
      return misfits.length > 0 ? Infinity : durationMs;
    },
  });
const costOf = async (id: PresetId, changes: Partial<DeviceReport> = {}) =>
  costOfDraft(await load(id, changes), changes);

test("every preset starts as it is and says of itself what it does", async () => {
  for (const { id, dataset, trials, epochs } of presets) {
    const draft = await load(id);
    const { space } = checkDraft(draft).experiment;
    expect(draft.config.training.dataset, id).toBe(dataset);
    expect(draft.config.maxTrialNumber, id).toBe(trials);
    const parameters = sampleParameters(space, createRng(1));
    const asked = resolveHyperparameters(parameters, draft.config.training).epochs;
    expect(asked, id).toBe(epochs ?? asked);
  }
  expect(presets[0]?.id).toBe("quick-look");
});

test("NNI Task 2.2 is NNI's own files with nothing silently dropped", async () => {
  const { config, searchSpace } = await load("nni-task-2.2");
  expect(config).toMatchObject({
    maxTrialNumber: 8,
    trialConcurrency: 4,
    maxDurationMs: 360_000_000,
  });
  expect(config.tuner).toMatchObject({ name: "TPE", classArgs: { optimize_mode: "maximize" } });
  expect(config.training.metric).toBe("validation");
  expect(Object.keys(searchSpace)).toHaveLength(8);
  const unused = config.notUsedHere.map(({ path }) => path);
  expect(unused).toEqual(
    expect.arrayContaining(["trainingServicePlatform", "trial.codeDir", "trial.gpuNum"]),
  );
});

test("NNI's CIFAR-10 example is its own two files, as large as fits the device", async () => {
  const { config, searchSpace } = await load("nni-cifar10");

  const names = (space: JsonObject): unknown => (space["model"] as JsonObject)["_value"];
  expect(names(searchSpace)).toEqual(
    "vgg resnet18 googlenet densenet121 mobilenet dpn92 senet18".split(" "),
  );
  expect(config).toMatchObject({ maxTrialNumber: 10, trialConcurrency: 4, tuner: { name: "TPE" } });

  // A large GPU, a laptop's, a processor: what it takes never exceeds half an hour where a smaller size is left.
  const widths: unknown[] = [];
  for (const trainingGflops of [50_000, 2_000, 300, 20, 2]) {
    const here = { trainingGflops, maxBufferBytes: trainingGflops > 10_000 ? 2 ** 33 : 2 ** 31 };
    const { training } = (await load("nni-cifar10", here)).config;
    const { durationMs, misfits } = await costOf("nni-cifar10", here);
    widths.push(training.defaults["width"]);
    expect(misfits).toEqual([]);
    if (trainingGflops >= 20) expect(durationMs).toBeLessThanOrEqual(30 * 60_000);
  }
  expect(widths).toEqual([64, 16, 16, 8, 4]);
});

test("as the students ran it differs by what their program did, with a warning", async () => {
  const draft = await load("as-the-students-ran-it");
  const {
    notes,
    experiment: { space },
  } = checkDraft(draft);
  expect(notes.map((note) => note.code)).toContain("metric-test");
  const [a, b] = [64, 128].map((hidden) =>
    resolveHyperparameters(
      { ...sampleParameters(space, createRng(3)), hidden_size: hidden },
      draft.config.training,
    ),
  );
  expect(a).toEqual(b);
  expect(draft.config.training).toMatchObject({ metric: "test", finalMetric: "best" });
});

test("whoever asks for fewer trials than the tuner draws at random is told so", async () => {
  const draft = await load("smoke");
  const notesOf = (maxTrialNumber: number) =>
    checkDraft({ ...draft, config: { ...draft.config, maxTrialNumber } }).notes;
  const notesFor = (maxTrialNumber: number): string[] =>
    notesOf(maxTrialNumber).map(({ message }) => message);
  const note = "All 2 trials will be random: TPE tries 2 at random before it chooses.";
  expect(notesFor(2)).toContain(note);
  expect(notesFor(3).join()).not.toContain("random");
  const said = notesOf(2).find(({ message }) => message === note);
  expect(speak(zhWords)(said!.words)).toMatch(/随机/);
});

test("the estimate of NNI Task 2.2 is 8 × 10 epochs of a ResNet-18 at the measured speed", async () => {
  const { durationMs, downloadBytes, concurrency, misfits } = await costOf("nni-task-2.2");
  const hours = durationMs / 3_600_000;
  // 3.33 GFLOP an image (more with 5x5 and 7x7 stems), 45,000 images, 80 epochs, 1 TFLOP/s: about 3.4 h.
  expect(hours).toBeGreaterThan(3);
  expect(hours).toBeLessThan(4);
  expect(downloadBytes).toBe(170_000_000);
  expect(concurrency).toBe(2);
  expect(misfits).toEqual([]);
});

test("drawn images cost the storage of the images that are drawn", async () => {
  const images = 8_000 * 3_073;
  const { storageBytes } = await costOf("small-look");
  expect(storageBytes).toBeGreaterThan(images);
  expect(storageBytes).toBeLessThan(images + 10e6);
});

test("a configuration that cannot fit is refused with the largest batch size that would", async () => {
  // 64 channels of 32x32 floats are 256 KiB an image: 100 images need 25 MiB.
  const { misfits } = await costOf("nni-task-2.2", { maxBufferBytes: 100 * 64 * 1024 * 4 });
  expect(misfits).toEqual([{ batchSize: 128, largestBatchSize: 100 }]);
  expect(() => refuseMisfits(misfits)).toThrow(/batch_size 128 .* 100/);
});

test("a batch whose buffers could be bound but that needs more memory than a GPU has is refused", async () => {
  const draft = await load("nni-task-2.2");
  const huge = {
    ...draft,
    searchSpace: { ...draft.searchSpace, batch_size: { _type: "choice", _value: [4096] } },
  };
  const { experiment } = checkDraft(huge);
  const data = { cached: undefined, downloadBytes: 0 };
  const { misfits } = estimateCost({ experiment, device, ...data });
  expect(misfits).toHaveLength(1);
  // Not the largest buffer decides: 4096 images of 256 KiB are half of what this device binds.
  expect(misfits[0]!.largestBatchSize).toBeGreaterThan(1000);
  expect(misfits[0]!.largestBatchSize).toBeLessThan(4096);
});

test("a draft whose batches could never be filled, or whose tuner ignores epochs, is refused before anything is written", async () => {
  const draft = await load("nni-task-2.2");
  const training = { ...draft.config.training, trainImages: 1_100, validationImages: 1_000 };
  expect(() => checkDraft({ ...draft, config: { ...draft.config, training } })).toThrow(
    /batch_size: a batch of 128 .* 100 images/,
  );
  const tuner = { name: "Hyperband", classArgs: {} };
  expect(() => checkDraft({ ...draft, config: { ...draft.config, tuner } })).toThrow(
    /^epochs: Hyperband/,
  );
});

const file = (name: string, content: string) => ({ name, blob: new Blob([content]) });

test("a search space and a configuration are recognised in any order", async () => {
  const space = file("search_space.json", await readText("presets/nni-task-2.2/search_space.json"));
  const config = file("config.yml", await readText("presets/nni-task-2.2/config.yml"));
  for (const files of [
    [space, config],
    [config, space],
  ]) {
    const content = await parseDroppedFiles(files, 9);
    expect(content).toMatchObject({ kind: "draft", draft: { seed: 9, preset: null } });
  }
  expect(await parseDroppedFiles([space], 9)).toMatchObject({
    kind: "incomplete",
    missing: "config",
  });
  expect(await parseDroppedFiles([config], 9)).toMatchObject({
    kind: "incomplete",
    missing: "search-space",
  });
});

test("a search space with mistakes is handed on, so that they can be mended in the form", async () => {
  const space = { lr: { _type: "uniform", _value: [1, 0.1] } };
  const files = [
    file("search_space.json", JSON.stringify(space)),
    file("config.yml", "trialConcurrency: 1"),
  ];
  expect(await parseDroppedFiles(files, 9)).toMatchObject({
    kind: "draft",
    draft: { searchSpace: space },
  });
});

test("an experiment file and a data archive are recognised by content", async () => {
  const experiment = { name: "x.json", blob: encodeFile(journalOf(2, 2)) };
  expect(await parseDroppedFiles([experiment], 1)).toMatchObject({ kind: "experiment" });
  const archive = {
    name: "cifar-10-binary.tar.gz",
    blob: new Blob([new Uint8Array([0x1f, 0x8b, 8])]),
  };
  expect(await parseDroppedFiles([archive], 1)).toMatchObject({
    kind: "images",
    dataset: "cifar10",
    files: [archive],
  });
});

test("of a folder with programs NNI's two files are taken; two of one kind are refused by name", async () => {
  const space = file("search_space.json", await readText("presets/nni-task-2.2/search_space.json"));
  const config = file("config.yml", await readText("presets/nni-task-2.2/config.yml"));
  const program = file("main.py", "import nni");
  const picture = file("plot.png", "PNG");
  expect(await parseDroppedFiles([program, space, picture, config], 9)).toMatchObject({
    kind: "draft",
  });
  for (const [files, said] of [
    [[program, picture], /^main\.py is neither/],
    [
      [space, config, file("other.json", await space.blob.text())],
      /search_space\.json and other\.json are two search spaces/,
    ],
    [[config, file("b.yml", "maxTrialNum: 8")], /config\.yml and b\.yml are two configurations/],
    [[file("search_space.json", " ")], /^search_space\.json: It is empty/],
    [[file("search_space.json", '{"lr": {')], /^search_space\.json: This is not valid JSON/],
  ] as const)
    await expect(parseDroppedFiles(files, 9)).rejects.toMatchObject({
      code: "file-invalid",
      message: expect.stringMatching(said) as string,
    });
});

test("a search space with a key twice is refused as text too", async () => {
  const twice =
    '{"lr": {"_type": "choice", "_value": [1]}, "lr": {"_type": "choice", "_value": [2]}}';
  await expect(parseSearchSpaceText(twice)).rejects.toMatchObject({
    code: "search-space-invalid",
    message: "Search space: The key lr stands there twice.",
  });
  expect(await parseSearchSpaceText('{\n\t"lr": {"_type": "choice", "_value": [1e-3]}}')).toEqual({
    lr: { _type: "choice", _value: [0.001] },
  });
});

test("an error in one of several files says in which", async () => {
  const space = file("space.json", '{"lr": {"_type": "uniform", "_value": [0, 1]}}');
  const broken = file("my-config.yml", "maxTrialNum: none");
  await expect(parseDroppedFiles([space, broken], 1)).rejects.toMatchObject({
    code: "config-invalid",
    message: expect.stringMatching(/^my-config\.yml: .*maxTrialNum/) as string,
    details: { path: "maxTrialNum", file: "my-config.yml" },
  });
});

test("broken texts are refused with a sentence, never with a stack", async () => {
  for (const text of [
    "{",
    "a: [1",
    "- 1\n- 2",
    '{"lr": 0.1}',
    '{"a": {"_type": "choice", "_value": [{"__proto__": 1}]}}',
    "&a [*a]",
  ])
    await expect(parseDroppedFiles([file("x", text)], 1)).rejects.toMatchObject({
      name: "AppError",
    });
});

test.each([
  ["trainImages", 50_000, 6000],
  ["testImages", 99_999, 2000],
  ["validationImages", 6400, 5999],
])(
  "%s of %i is more than Shapes-10 has, and the message says how many it has",
  async (name, count, most) => {
    const draft = await load("smoke");
    const withCount = (value: number): typeof draft => ({
      ...draft,
      config: {
        ...draft.config,
        training: { ...draft.config.training, trainImages: null, [name]: value },
      },
    });
    expect(() => checkDraft(withCount(count))).toThrow(`${name}: ${count} images`);
    expect(() => checkDraft(withCount(count))).toThrow(`Use at most ${most}`);
  },
);
