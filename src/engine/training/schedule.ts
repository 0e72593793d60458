/** What `lr_schedule` may be. */
export const scheduleNames = ["constant", "cosine", "one-cycle", "step"] as const;
/** One of `scheduleNames`. */
export type ScheduleName = (typeof scheduleNames)[number];

/** What decides the learning rate of a trial's steps: fields of `Hyperparameters`. */
export interface RatePlan {
  readonly schedule: ScheduleName;
  readonly learningRate: number;
  readonly epochs: number;
  readonly warmupEpochs: number;
}

/** Learning rate of one step of a trial: in w steps of warm-up 1, 2, …, w (w + 1)-ths of the base rate, then the schedule over the
 *  steps that are left – PyTorch's SequentialLR of LinearLR(start_factor=1/(w+1), total_iters=w) and the schedule.
 *  @param step 0-based, counted over all epochs */
export function rateOfStep(
  { schedule, learningRate, epochs, warmupEpochs }: RatePlan,
  step: number,
  stepsPerEpoch: number,
): number {
  const steps = epochs * stepsPerEpoch;
  const warmup = Math.min(steps, Math.round(warmupEpochs * stepsPerEpoch));
  if (step < warmup) return (learningRate * (step + 1)) / (warmup + 1);
  return learningRateAt(schedule, learningRate, step - warmup, steps - warmup);
}

/** Learning rate of one step of a schedule; every schedule moves with each step.
 *  constant: the base rate. cosine: half a cosine from the base to zero. step: a tenth after half and again after three quarters.
 *  one-cycle: PyTorch's OneCycleLR with cycle_momentum=False and else its defaults – cosine from base/25 up to base in the first 30 %, then down to base/250,000.
 *  @param step 0-based, counted over all epochs
 *  @param totalSteps steps of the whole schedule */
export function learningRateAt(
  schedule: ScheduleName,
  base: number,
  step: number,
  totalSteps: number,
): number {
  switch (schedule) {
    case "constant":
      return base;
    case "cosine":
      return anneal(base, 0, step / totalSteps);
    case "step":
      return base * (step < totalSteps * 0.5 ? 1 : step < totalSteps * 0.75 ? 0.1 : 0.01);
    case "one-cycle": {
      const initial = base / 25;
      const peak = 0.3 * totalSteps - 1;
      if (step <= peak) return anneal(initial, base, peak > 0 ? step / peak : 1);
      return anneal(base, initial / 1e4, (step - peak) / Math.max(1, totalSteps - 1 - peak));
    }
    default:
      return schedule satisfies never;
  }
}

const anneal = (from: number, to: number, fraction: number): number =>
  to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(1, fraction)))) / 2;
