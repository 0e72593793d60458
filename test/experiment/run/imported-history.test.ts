import { expect, test } from "vitest";
import { reduceJournal, type EventBody } from "../../../src/core/journal/index.ts";
import { importedHistory } from "../../../src/experiment/run/imported-history.ts";
import { factExamples } from "../../core/facts/examples.ts";
import { added, attempt, ended, epoch, journal, run } from "../../core/journal/events.ts";

test("a foreign experiment's trials keep their results, the winner's test and why they were stopped included; what was open is cancelled", () => {
  const tested: EventBody = {
    ...{ type: "test-finished", trial: 0, testAccuracy: 0.7, testLoss: 1.2, testImages: 100 },
  };
  const facts = [factExamples["below-median"]];
  const stopped = { ...ended(2, "EARLY_STOPPED", null), reason: "low", facts } as EventBody;
  const others = [added(1), added(2), attempt(2), epoch(2, 1, 0.1), stopped];
  const theirs = reduceJournal(journal([...run(0, [0.5, 0.8]), tested, ...others]));
  const ours = reduceJournal(journal(importedHistory(theirs)));
  const [first, second] = ours.trials;
  expect(first).toMatchObject({
    ...{ origin: "imported", status: "SUCCEEDED", final: 0.8 },
    test: { accuracy: 0.7, loss: 1.2, images: 100 },
  });
  expect(first!.reports).toEqual(theirs.trials[0]!.reports);
  expect(second).toMatchObject({ origin: "imported", status: "USER_CANCELED" });
  expect(ours.trials[2]).toMatchObject({ status: "EARLY_STOPPED", reason: "low", facts });
});
