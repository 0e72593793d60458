import { story, type Story } from "./story.ts";

/** One experiment for every state that the page can show. */
export const stories: readonly Story[] = [
  story({ id: "running", name: "cifar10 · NNI Task 2.2", trials: 8, epochs: 10, open: [2, 5] }),
  story({
    id: "forecast",
    name: "with forecasts",
    trials: 9,
    epochs: 20,
    open: [6, 9],
    patch: { assessor: { name: "Forecast", classArgs: { epoch_num: 20 } } },
  }),
  story({ id: "done", name: "shapes quick look", trials: 12, epochs: 8, open: [] }),
  story({
    id: "many",
    name: "300 trials",
    trials: 300,
    epochs: 12,
    open: [1, 4, 7, 9, 3, 2, 5, 8],
    patch: { trialConcurrency: 8 },
  }),
  story({
    id: "students",
    name: "As the students ran it",
    trials: 8,
    epochs: 12,
    open: [],
    patch: {
      training: {
        dataset: "cifar10",
        trainImages: null,
        validationImages: 0,
        testImages: null,
        metric: "test",
        finalMetric: "best",
        defaults: {},
        overrides: { epochs: 12 },
        inertKeys: ["dropout_rate"],
      },
    },
  }),
  story({ id: "idle", name: "not started yet", trials: 0, epochs: 10, open: [], status: "idle" }),
  story({ id: "first-epoch", name: "in the first epoch", trials: 2, epochs: 10, open: [0, 0] }),
  story({ id: "one-point", name: "one point", trials: 1, epochs: 10, open: [1] }),
  story({ id: "paused", name: "paused", trials: 5, epochs: 10, open: [4], status: "paused" }),
  story({ id: "failed", name: "failed", trials: 3, epochs: 6, open: [], status: "failed" }),
  story({
    id: "long-names",
    name: "An experiment whose name says everything that there is to say about what was tried in it",
    trials: 9,
    epochs: 10,
    open: [3],
    named: (parameter) => `${parameter}_of_the_network_as_it_is_written_in_its_file`,
  }),
];
