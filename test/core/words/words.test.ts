import { decodeWord } from "../../../src/core/words/decode.ts";
import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { asWritten, inEnglish, speak, word, type Word } from "../../../src/core/words/index.ts";
import { english } from "../../../src/core/words/en/index.ts";
import { areas, vocabulary } from "../../../src/core/words/vocabulary/index.ts";
import { zhWords } from "../../../src/ui/messages/zh/words/index.ts";
import { samples } from "./samples.ts";

const words = Object.entries(samples).map(([code, values]) => ({ code, values }) as Word);

test("a code stands in one area, and every code has an English text, a Chinese one and a sample", () => {
  const codes = Object.values(areas).flatMap((area) => Object.keys(area));
  expect(new Set(codes).size).toBe(codes.length);
  const all = [...codes].sort();
  for (const catalogue of [vocabulary, english, zhWords, samples])
    expect(Object.keys(catalogue).sort()).toEqual(all);
});

describe("every word", () => {
  test.each(words)("$code is said in English, with its values", (said) => {
    expect(inEnglish(said)).not.toMatch(/undefined|\[object|^$/);
  });

  /** Numbers, the text of others, and lists of formats alone. */
  const wordless = [
    "as-written",
    "exactly-number",
    "one-to",
    "train-or-test",
    "gp-nu",
    "nni-release",
  ];
  test.each(words)("$code is said in Chinese", (said) => {
    const text = speak(zhWords)(said);
    expect(text).not.toMatch(/undefined|\[object|^$/);
    if (!wordless.includes(said.code)) expect(text).toMatch(/\p{Script=Han}/u);
  });

  test.each(words)("$code crosses a worker and stands in a journal as JSON", (said) => {
    expect(decodeWord(JSON.parse(JSON.stringify(said)))).toEqual(said);
  });
});

test.each([
  ["no object", "no-file"],
  ["an unknown code", { code: "no-such-code", values: {} }],
  ["an inherited name", { code: "toString", values: {} }],
  ["no values", { code: "no-file" }],
  ["a value too many", { code: "no-file", values: { extra: 1 } }],
  ["a missing value", { code: "no-draws", values: {} }],
  ["a value of another kind", { code: "no-draws", values: { draws: "7" } }],
  ["a number that JSON has not", { code: "no-draws", values: { draws: NaN } }],
  ["a list with something else", { code: "one-of", values: { names: ["a", 1] } }],
  ["a list that goes on", { code: "one-of", values: { names: new Array(2_000).fill("a") } }],
  ["an inner word that is none", { code: "or-null", values: { said: { code: "x", values: {} } } }],
])("%s is no word", (_, value) => {
  expect(decodeWord(value)).toBeUndefined();
});

test("words within words end somewhere", () => {
  let deep: Word = word("a-number");
  for (let i = 0; i < 20; i++) deep = word("or-null", { said: deep });
  expect(decodeWord(deep)).toBeUndefined();
});

test("an error's record carries its words, and comes back as the same error", () => {
  const error = new AppError("diverged", word("loss-lost", { epoch: 3 }), { epoch: 3 });
  const record = error.toRecord();
  expect(record.words).toEqual({ code: "loss-lost", values: { epoch: 3 } });
  expect(record.message).toBe("The loss of epoch 3 is not a number.");
  expect(AppError.fromRecord(record).toRecord()).toEqual(record);
  // A text from outside is its own words.
  const foreign = new AppError("internal", asWritten("Script error.")).toRecord();
  expect(foreign).toEqual({ code: "internal", message: "Script error.", details: {} });
  expect(AppError.fromRecord(foreign).message).toBe("Script error.");
});
