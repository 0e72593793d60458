import { expect, test } from "vitest";
import { exportAs, recogniseFormat } from "../../../src/experiment/formats/export.ts";
import { formats } from "../../../src/experiment/formats/table.ts";
import { journalOf, stateOf } from "./examples.ts";

const state = stateOf(6, 5);
const readJournal = async () => journalOf(6, 5);
const noJournal = () => Promise.reject(new Error("the journal was asked for"));

/** Fields of a CSV without line breaks in them. */
const fields = (line: string): string[] =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .map(([, field]) => field!)
    .slice(0, -1)
    .map((field) => field.replace(/^"(.*)"$/, "$1").replaceAll('""', '"'));

async function linesOf(name: "trials" | "curves"): Promise<string[][]> {
  const text = await (await exportAs(name, { state, readJournal: noJournal })).text();
  expect(text.endsWith("\r\n")).toBe(true);
  return text.trimEnd().split("\r\n").map(fields);
}

test("names and extensions are unique, and a file bears the experiment's name", async () => {
  for (const key of ["name", "extension"] as const)
    expect(new Set(formats.map((format) => format[key])).size, key).toBe(formats.length);
  for (const { name, extension, mediaType } of formats) {
    const file = await exportAs(name, { readJournal });
    expect(file.name).toBe(`example-pytorch-cifar10${extension}`);
    expect(file.type).toBe(mediaType);
    expect(file.size).toBeGreaterThan(0);
  }
});

test("what a format can read is recognised by how it begins, and reads back the same", async () => {
  for (const { name } of formats) {
    const file = await exportAs(name, { readJournal });
    const reader = await recogniseFormat(file);
    expect(reader !== null, name).toBe("reader" in formats.find((one) => one.name === name)!);
    if (reader) expect((await reader.decode(file)).state).toEqual(state);
  }
  expect(await recogniseFormat(new Blob(['{"format":"other"}']))).toBeNull();
});

test("a format made of the state asks for no journal; one made of the journal says why there is none", async () => {
  for (const { name, from } of formats) {
    const made = exportAs(name, { state, readJournal: noJournal });
    if (from === "state") expect((await made).size).toBeGreaterThan(0);
    else await expect(made).rejects.toThrow("the journal was asked for");
  }
});

test("the table of trials has a line for each, whatever became of it", async () => {
  const [head, ...lines] = await linesOf("trials");
  expect(lines).toHaveLength(state.trials.length);
  expect(head!.join()).toMatch(/^trial,status,metric,test_accuracy,epochs,duration_s,/);
  lines.forEach((line, number) => {
    const [trial, status, metric, test, epochs] = line;
    const { parameters, ...shown } = state.trials[number]!;
    expect([trial, status, epochs]).toEqual([String(number), shown.status, "5"]);
    expect(metric === "").toBe(status === "FAILED");
    expect(test).toBe(shown.test ? String(shown.test.accuracy) : "");
    expect(Number(line[head!.indexOf("lr")])).toBe(parameters["lr"]);
  });
});

test("learning curves read back exactly, epoch by epoch", async () => {
  const [head, ...lines] = await linesOf("curves");
  expect(head!.slice(0, 2)).toEqual(["trial", "epoch"]);
  const read = lines.map((line) => line.map(Number));
  const reported = state.trials.flatMap(({ number, reports }) =>
    reports.map((report) => {
      const { epoch, trainLoss, trainAccuracy, validationLoss, validationAccuracy } = report;
      const { metric, learningRate, imagesPerSecond, durationMs } = report;
      return [
        ...[number, epoch, trainLoss, trainAccuracy, validationLoss, validationAccuracy],
        ...[metric, learningRate, imagesPerSecond, durationMs / 1000],
      ];
    }),
  );
  expect(reported).toHaveLength(30);
  expect(read).toEqual(reported);
});

test("an epoch without validation images leaves its fields empty", async () => {
  const [first, ...others] = state.trials;
  const report = { ...first!.reports[0]!, validationLoss: NaN, validationAccuracy: NaN };
  const trials = [{ ...first!, reports: [report] }, ...others];
  const file = await exportAs("curves", { state: { ...state, trials }, readJournal: noJournal });
  const [, line] = (await file.text()).split("\r\n");
  expect(fields(line!).slice(4, 6)).toEqual(["", ""]);
  expect(fields(line!)).toHaveLength(10);
});
