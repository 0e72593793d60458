import type { DatasetName } from "../../../core/config/types.ts";
import { toErrorRecord } from "../../../core/errors.ts";
import { Asked } from "../../state/asked.svelte.ts";
import type { PageActs } from "../../state/page-acts.ts";

/** Pixels of the images a trial predicted, where they lie in this browser; somebody else's experiment may come without. */
export class SampleImages {
  readonly #asked = new Asked<readonly ImageData[]>();
  readonly pixels = $derived(this.#asked.answer ?? []);
  readonly available = $derived(this.pixels.length > 0);

  constructor(readonly app: PageActs) {}

  load(dataset: DatasetName, split: "train" | "test", indices: readonly number[]): void {
    const images = async (): Promise<readonly ImageData[]> => {
      try {
        return await this.app.tabtune.data.images(dataset, split, indices);
      } catch (thrown) {
        // Not here is normal for a shared experiment; the page says so beside the predictions.
        const error = toErrorRecord(thrown);
        if (error.code !== "dataset-unavailable") this.app.report(error);
        return [];
      }
    };
    if (indices.length === 0) this.#asked.forget();
    else this.#asked.ask(`${dataset} ${split} ${indices.join()}`, images, "dropped");
  }
}
