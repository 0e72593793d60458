import { integer, measurement, optional } from "../../decode.ts";
import { by, trial } from "./fields.ts";
import { isFinished, onTrial, type EventKind } from "./kind.ts";
import { word } from "../../words/index.ts";

const fields = {
  trial,
  testAccuracy: measurement,
  testLoss: measurement,
  testImages: integer(0),
  by: optional(by),
};

/** The untouched test images, read once, for the trial that won. */
export const testFinished: EventKind<"test-finished", typeof fields> = {
  type: "test-finished",
  fields,
  strict: true,
  inLog: true,
  apply: onTrial((trial, event, refuse) => {
    if (!isFinished(trial.status))
      refuse(word("trial-still", { trial: event.trial, status: trial.status }));
    trial.test = {
      accuracy: event.testAccuracy,
      loss: event.testLoss,
      images: event.testImages,
    };
  }),
};
