import { expect, test } from "vitest";
import type { LiveTrial } from "../../src/experiment/api.ts";
import { LiveHistory } from "../../src/ui/features/experiment/live-history.ts";

const at = (trial: number, epoch: number, step: number): LiveTrial => ({
  ...{ trial, phase: "training", epoch, epochs: 4, step, steps: 100 },
  ...{ imagesPerSecond: 10, trainLoss: 1, trainAccuracy: 0.5 },
});

test("the pace of running trials is known after a fiftieth of an epoch and is their mean", () => {
  const history = new LiveHistory();
  expect(history.paceMs()).toBeNull();
  history.record(new Map([[0, at(0, 1, 1)]]), 1_000);
  history.record(new Map([[0, at(0, 1, 2)]]), 2_000);
  expect(history.paceMs()).toBeNull();
  history.record(new Map([[0, at(0, 1, 11)]]), 11_000);
  expect(history.paceMs()).toBeCloseTo(100_000);
  history.record(
    new Map([
      [0, at(0, 1, 11)],
      [1, at(1, 1, 1)],
    ]),
    20_000,
  );
  history.record(
    new Map([
      [0, at(0, 1, 11)],
      [1, at(1, 2, 1)],
    ]),
    70_000,
  );
  expect(history.paceMs()).toBeCloseTo((100_000 + 50_000) / 2);
});
