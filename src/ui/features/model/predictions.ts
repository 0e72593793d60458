import type { SamplePredictions } from "../../../core/journal/events.ts";

export interface Prediction {
  readonly label: number;
  readonly right: boolean;
  /** The likeliest classes, likeliest first. */
  readonly top: readonly { readonly label: number; readonly probability: number }[];
}

/** What the network said of each sample image. */
export function predictionsOf(samples: SamplePredictions, count = 3): readonly Prediction[] {
  return samples.probabilities.map((probabilities, index) => {
    const top = probabilities
      .map((probability, label) => ({ label, probability }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, count);
    const label = samples.labels[index] ?? -1;
    return { label, right: top[0]?.label === label, top };
  });
}
