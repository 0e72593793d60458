import { AppError } from "../../core/errors.ts";
import type { NetworkState } from "../network-engine.ts";
import { word } from "../../core/words/index.ts";

/** A mean cross-entropy above this comes from exploded weights; training that learns stays below a hundred. */
export const explodedLoss = 1e6;

/** Where in a trial a number was seen. */
export interface Position {
  /** 1-based. */
  readonly epoch: number;
  readonly step: number;
}

/** @param loss mean cross-entropy of some images
 *  @throws AppError "diverged" when it is no number, infinite or exploded */
export function assertLoss(what: "training" | "validation", loss: number, at: Position): void {
  if (loss <= explodedLoss) return;
  const how = Number.isFinite(loss) ? "exploded" : "lost";
  throw new AppError("diverged", word(`${what}-loss-${how}`, { epoch: at.epoch }), { ...at });
}

/** Weights that are no numbers do not always show in the loss: WGSL lets `max(NaN, 0)` be 0, so that a ReLU hides them.
 *  @throws AppError "diverged" */
export function assertWeights({ tensors }: NetworkState, at: Position): void {
  for (const [name, { data }] of tensors) {
    // Zero times anything but a finite number is NaN: one branch per tensor, 1 ms per million weights.
    let zero = 0;
    for (let i = 0; i < data.length; i++) zero += data[i]! * 0;
    if (zero === 0) continue;
    const said = word("weights-lost", { tensor: name, epoch: at.epoch });
    throw new AppError("diverged", said, { ...at });
  }
}
