import type { DatasetName } from "../../../core/config/types.ts";
import { toErrorRecord } from "../../../core/errors.ts";
import type { PageActs } from "../../state/page-acts.ts";

/** Pixels of the images a trial predicted, where they lie in this browser; somebody else's experiment may come without. */
export class SampleImages {
  pixels: readonly ImageData[] = $state.raw([]);
  available = $state(false);
  #wanted = "";

  constructor(readonly app: PageActs) {}

  load(dataset: DatasetName, split: "train" | "test", indices: readonly number[]): void {
    const wanted = `${dataset} ${split} ${indices.join()}`;
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.pixels = [];
    this.available = false;
    if (indices.length === 0) return;
    this.app.tabtune.data.images(dataset, split, indices).then(
      (pixels) => {
        if (this.#wanted !== wanted) return;
        this.pixels = pixels;
        this.available = pixels.length > 0;
      },
      (thrown) => {
        // Not here is normal for a shared experiment; the page says so beside the predictions.
        const error = toErrorRecord(thrown);
        if (error.code !== "dataset-unavailable") this.app.report(error);
      },
    );
  }
}
