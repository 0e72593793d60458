import type { TrainingSettings } from "../../core/config/types.ts";
import type { ExperimentDraft } from "../api.ts";

/** How large the trials of a preset are. */
interface Size {
  readonly width: number;
  readonly epochs: number;
  /** Training images, those for validation included; null = all. */
  readonly images: number | null;
}

/** From published networks on all images to what a processor trains. */
const sizes: readonly Size[] = [
  { width: 64, epochs: 10, images: null },
  { width: 32, epochs: 8, images: null },
  { width: 16, epochs: 6, images: null },
  { width: 16, epochs: 5, images: 20_000 },
  { width: 8, epochs: 5, images: 10_000 },
  { width: 8, epochs: 4, images: 2_560 },
  { width: 4, epochs: 3, images: 1_280 },
  { width: 4, epochs: 2, images: 640 },
];

/** Nobody waits much longer for an experiment that was not theirs. */
const bearableMs = 30 * 60_000;

/** The draft with the largest networks, most images and epochs that this device trains in half an hour; the smallest where it
 *  trains none.
 *  @param durationOf what a draft would take here, in ms */
export async function fitToDevice(
  draft: ExperimentDraft,
  durationOf: (draft: ExperimentDraft) => Promise<number>,
): Promise<ExperimentDraft> {
  const of = (size: Size): ExperimentDraft => ({
    ...draft,
    config: { ...draft.config, training: sized(draft.config.training, size) },
  });
  for (const size of sizes) {
    const fitted = of(size);
    if ((await durationOf(fitted)) <= bearableMs) return fitted;
  }
  return of(sizes.at(-1)!);
}

/** A tenth of the images judges the trials. */
function sized(training: TrainingSettings, { width, epochs, images }: Size): TrainingSettings {
  const part =
    images === null
      ? {}
      : {
          trainImages: images,
          validationImages: images / 10,
          testImages: Math.min(images, 10_000),
        };
  return { ...training, ...part, defaults: { ...training.defaults, width, epochs } };
}
