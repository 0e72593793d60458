import { expect, test } from "vitest";
import { inWords, type AssessorFact } from "../../../../src/core/facts/index.ts";
import { assessorWords } from "../../../../src/core/words/en/facts.ts";
import { factExamples as examples } from "../../facts/examples.ts";

test.each<[AssessorFact, string]>([
  [
    examples["below-median"],
    "After 3 reports the best is 0.6123, worse than the median 0.7044 of 5 finished trials.",
  ],
  [
    examples["not-below-median"],
    "After 3 reports the best is 0.6123, not worse than the median 0.5 of 5 finished trials.",
  ],
  [
    examples["share-of-trials"],
    "After 3 reports 3 of 5 trials had more than its best, 0.6123; 50 % go on.",
  ],
  [examples["place-on-rung"], "Rung 3: place 2 of 5 with 0.6123; 1 go on."],
  [examples["predicted-end"], "Predicted to end at 0.61 after 20 reports; the bar is 0.8."],
  [
    examples["forecast-end"],
    "Forecast to end at 0.61 ± 0.02, against 0.8: 99 % sure that it will not be best.",
  ],
  [
    { ...examples["forecast-end"], bar: null },
    "Forecast to end at 0.61 ± 0.02, against nothing yet: 99 % sure that it will not be best.",
  ],
  [examples["too-early"], "Report 1 of 3 before the first judgement."],
  [examples["between-judgements"], "Judged every 2 reports only."],
  [examples["too-few-trials"], "2 of 4 trials to compare with."],
  [examples["not-judged"], "No other trial has got so far."],
])("$kind", (fact, sentence) => {
  expect(inWords(assessorWords, fact)).toBe(sentence);
});
