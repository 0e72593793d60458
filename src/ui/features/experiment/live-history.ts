import type { LiveTrial } from "../../../experiment/api.ts";

export interface LiveSample {
  /** Epochs as a decimal: 2.5 is half-way through the third. */
  readonly at: number;
  readonly trainLoss: number | null;
  readonly trainAccuracy: number | null;
  readonly timeMs: number;
}

/** A pace from less than this share of an epoch would be a guess. */
const leastSpan = 0.02;

const samplesKept = 240;

/** What running trials said within their epochs. Only for drawing: it is gone after a reload. */
export class LiveHistory {
  readonly #samples = new Map<number, LiveSample[]>();

  record(live: ReadonlyMap<number, LiveTrial>, timeMs: number): void {
    for (const trial of this.#samples.keys()) if (!live.has(trial)) this.#samples.delete(trial);
    for (const progress of live.values()) {
      if (progress.phase !== "training" || progress.steps <= 0 || progress.step <= 0) continue;
      const samples = this.#samples.get(progress.trial) ?? [];
      const at = progress.epoch - 1 + progress.step / progress.steps;
      if (samples.length > 0 && samples.at(-1)!.at >= at) continue;
      const { trainLoss, trainAccuracy } = progress;
      samples.push({ at, trainLoss, trainAccuracy, timeMs });
      if (samples.length > samplesKept) thin(samples);
      this.#samples.set(progress.trial, samples);
    }
  }

  /** Mean milliseconds per epoch of the trials that are running; null while too little of an epoch was seen. */
  paceMs(): number | null {
    const paces = [...this.#samples.values()].flatMap((samples) => {
      const [first, last] = [samples[0]!, samples.at(-1)!];
      const span = last.at - first.at;
      return span < leastSpan ? [] : [(last.timeMs - first.timeMs) / span];
    });
    return paces.length === 0 ? null : paces.reduce((sum, pace) => sum + pace, 0) / paces.length;
  }

  of(trial: number): readonly LiveSample[] {
    return this.#samples.get(trial) ?? [];
  }
}

/** Halves the older part, keeps the newest samples. */
function thin(samples: LiveSample[]): void {
  const kept = samples.filter((_, index) => index % 2 === 0 || index > samplesKept - 40);
  samples.splice(0, samples.length, ...kept);
}
