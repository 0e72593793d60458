import type { Clock } from "../run/ports.ts";

/** Gathers calls: the first sets off one `act` after `delayMs`, which comes after the last change too. */
export function gathered(clock: Clock, delayMs: number, act: () => void): () => void {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    clock.after(delayMs, () => {
      due = false;
      act();
    });
  };
}
