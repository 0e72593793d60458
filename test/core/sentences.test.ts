import { expect, test } from "vitest";
import { readSentence, sentence, sentences, type SentenceCode } from "../../src/core/sentences.ts";

const codes = Object.keys(sentences) as SentenceCode[];

test.each(codes)("%s is read back with its values", (code) => {
  const names = [...sentences[code].matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  const samples = [0.61234, 1.2e-7, 12, -3.5, 99.99, 1e21];
  for (let shift = 0; shift < samples.length; shift++) {
    const values = Object.fromEntries(
      names.map((name, i) => [name, Number(samples[(i + shift) % samples.length]!.toPrecision(4))]),
    );
    expect(readSentence(sentence(code, values))).toEqual({ code, values });
  }
});

test("a bar that does not exist yet is a text", () => {
  const values = { end: 0.5, sd: 0.1, bar: "nothing yet", percent: 3 };
  expect(readSentence(sentence("forecast-end", values))).toEqual({ code: "forecast-end", values });
});

test("any other text is no sentence", () => {
  for (const text of ["", "Ended by hand.", "After 3 reports the best is 1", "{steps}"])
    expect(readSentence(text)).toBeNull();
});
