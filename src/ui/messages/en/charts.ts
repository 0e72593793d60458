import { plural } from "./plural.ts";

/** Charts, the model and the log. */
export const enCharts = {
  charts: {
    menu: (title: string) => `Copy: ${title}`,
    copyCsv: "Copy as CSV",
    copyPng: "Copy as PNG",
    copiedPng: "Picture copied",
    savedPng: "Picture saved",
    show: "What the curves show",
    metric: {
      validationAccuracy: "validation accuracy",
      testMetric: "test accuracy (tuned on)",
      testLoss: "test loss (tuned on)",
      trainAccuracy: "training accuracy",
      validationLoss: "validation loss",
      trainLoss: "training loss",
      learningRate: "learning rate",
      imagesPerSecond: "images per second",
    },
    byEpoch: (metric: string) => `${metric.charAt(0).toUpperCase()}${metric.slice(1)} by epoch`,
    curvesSummary: (metric: string, count: number, best: number | null, value: string) =>
      `${metric} by epoch for ${plural(count, "trial", "trials")}.` +
      (best === null ? "" : ` Best: trial ${best} with ${value}.`),
    dashed: "Dashed: training accuracy inside the running epoch. Solid: after each epoch.",
    keys: "Arrow keys move the crosshair.",
    epoch: "epoch",
    epochNumber: (epoch: number) => `epoch ${epoch}`,
    stopped: (trial: number) => `${trial} stopped early`,
    failed: (trial: number) => `${trial} failed`,
    cancelled: (trial: number) => `${trial} cancelled`,
    nothingYet: "The first point appears after the first epoch.",
    validation: "validation",
    test: "test",
    training: "training",
    accuracyAndLoss: "Curves",
    noneFinished: "No trial has finished yet.",
    bestSoFar: "Best so far",
    bestSoFarSummary: (count: number, value: string) =>
      `Best metric after each of ${plural(count, "finished trial", "finished trials")}; now ${value}.`,
    finished: "finished trials",
    durations: "Duration of each trial",
    durationsSummary: (count: number, longest: string) =>
      `Training time of ${plural(count, "trial", "trials")}; the longest took ${longest}.`,
    parallel: "Parameters and metric",
    parallelSummary: (count: number, axes: string) =>
      `One line per trial (${count}) across ${axes}. Drag along an axis to keep only a range.`,
    noSpace: "The search space cannot be drawn.",
    axisHint: "Drag along an axis to filter; click a name to clear it.",
    metricAxis: "metric",
    moveLeft: (axis: string) => `Move ${axis} to the left`,
    axes: "Axes",
    slices: "Metric against each parameter",
    sliceSummary: (axis: string, count: number) =>
      `Metric of ${plural(count, "trial", "trials")} against ${axis}.`,
  },
  model: {
    best: "Best trial",
    chosen: "Chosen trial",
    look: "Look at its predictions",
    download: "Download weights",
    testOn: (images: number) => `test accuracy on ${images.toLocaleString("en-US")} images`,
    testMeans: (times: number) =>
      times > 1
        ? `The test images were read ${times} times, once for each trial that led when the experiment ended. Quote the winner’s number and say so: each further look flatters a little.`
        : "The test images were read once, after this trial had won. That number is the one to quote; validation accuracy chose the winner and is therefore a little flattering.",
    imported: "It came without its weights, so it cannot be tested here.",
    notTested: "Not tested yet: the test images stay untouched until the winner is known.",
    testing: "It is being tested on the test images.",
    testFailed: "Its test failed, so there is no test accuracy. The log says why.",
    weightsGone:
      "It could not be tested: the weights it ended with are damaged or not kept any more.",
    testNow: "Test it now",
    noneYet: "The best trial appears here once one has finished.",
    samples: "Predictions on validation images",
    samplesTest: "Predictions on test images",
    samplesNote: "Images this trial was not trained on, with the three likeliest classes.",
    samplesNone: "This trial carries no sample predictions.",
    samplesNoImages: "The images are not in this browser, so only the predictions are shown.",
    right: "right",
    wrong: (label: string) => `wrong: it is ${label}`,
    correctOf: (right: number, all: number) => `${right} of ${all} right`,
  },
  log: {
    title: "What happened",
    empty: "Nothing yet.",
    copy: "Copy the log",
    created: "Experiment created",
    renamed: (name: string) => `Renamed to “${name}”`,
    status: (status: string, reason: string) =>
      `Experiment ${status}${reason ? `: ${reason}` : ""}`,
    reason: (reason: string) =>
      ({
        user: "as the user asked",
        "limits-reached": "its limit was reached",
        exhausted: "nothing left to try",
        error: "because of an error",
        reopened: "the page was opened again",
        data: "getting the images",
        "limits-raised": "limits were raised",
        "trial-added": "a trial was added",
        shared: "from a shared experiment",
        interrupted: "it was interrupted",
        created: "",
      })[reason] ?? reason,
    limits: (text: string) => `Limits changed: ${text}`,
    added: (trial: number, parameters: string) =>
      `Trial ${trial} added${parameters ? `: ${parameters}` : ""}`,
    attempt: (trial: number, attempt: number) =>
      attempt > 1 ? `Trial ${trial} goes on (attempt ${attempt})` : `Trial ${trial} starts`,
    attemptFailed: (trial: number, attempt: number, error: string) =>
      `Trial ${trial}, attempt ${attempt}: ${error}`,
    ended: (trial: number, status: string, metric: string, reason: string) =>
      `Trial ${trial} ${status}${metric === "–" ? "" : ` with ${metric}`}${reason ? `: ${reason}` : ""}`,
    noteWritten: (trial: number | null, text: string) =>
      `Note on ${trial === null ? "the experiment" : `trial ${trial}`}${text ? `: ${text}` : " removed"}`,
    tagged: (trial: number | null, tags: string) =>
      `Tags of ${trial === null ? "the experiment" : `trial ${trial}`}${tags ? `: ${tags}` : " removed"}`,
    note: (code: string, details: string) => {
      const text = {
        "data-source": "Images requested",
        "duplicate-configuration": "This configuration was tried before",
        "assessor-failed": "The assessor gave no answer, so the trial went on",
        "test-failed": "The test of the best trial failed",
        "parent-does-not-fit": "The network changed: training began anew instead of continuing",
        "parent-partly-taken": "The network changed: what fits of the weights was taken over",
        "parent-lost":
          "The weights to continue from are not kept any more: training began from scratch",
        "tested-last-epoch":
          "The result is the best epoch’s; tested were the weights of the last epoch",
        "weights-discarded": "Out of space: the weights of these trials were deleted",
        "checkpoint-skipped": "A checkpoint could not be saved",
        "ran-on": "It ran on",
      }[code];
      return `${text ?? code}${details ? `: ${details}` : ""}`;
    },
    tested: (trial: number, accuracy: string) => `Trial ${trial} tested: ${accuracy}`,
  },
};
