import { csv } from "../../core/csv.ts";
import { defineFormat } from "./format.ts";

const heading = [
  ...["trial", "epoch", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy"],
  ...["metric", "learning_rate", "images_per_second", "duration_s"],
];

/** The learning curves of all trials, a line an epoch, as exact as they were reported; what is no number is left empty. */
export const curvesCsv = defineFormat({
  name: "curves",
  extension: ".curves.csv",
  mediaType: "text/csv",
  from: "state",
  encode({ trials }) {
    const rows = trials.flatMap(({ number, reports }) =>
      reports.map((report) =>
        [
          ...[number, report.epoch, report.trainLoss, report.trainAccuracy],
          ...[report.validationLoss, report.validationAccuracy, report.metric],
          ...[report.learningRate, report.imagesPerSecond, report.durationMs / 1000],
        ].map((value) => (Number.isFinite(value) ? value : null)),
      ),
    );
    return csv([heading, ...rows]);
  },
});
