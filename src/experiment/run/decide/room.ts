import { expendableWeights } from "../kept-weights.ts";
import type { Turn } from "./turn.ts";

/** Discards weights that matter less than `sizeBytes` of new ones. @returns false when there are none */
export function makeRoom(turn: Turn, sizeBytes: number): boolean {
  const { gone, unannounced } = turn.state;
  const checkpoints = expendableWeights(turn.journal, gone, turn.rules, sizeBytes);
  if (checkpoints.length === 0) return false;
  const paths = new Set(checkpoints.map(({ path }) => path));
  const trials = turn.journal.trials.flatMap(({ number, checkpoint }) =>
    checkpoint && paths.has(checkpoint.path) ? [number] : [],
  );
  turn.change({
    gone: new Set([...gone, ...paths]),
    unannounced: [...unannounced, ...trials],
  });
  turn.order({ kind: "make-room", checkpoints });
  return true;
}

/** Names the trials whose weights have gone, as soon as there is room to write it. */
export function announceDiscarded(turn: Turn): void {
  const { unannounced: trials } = turn.state;
  if (trials.length === 0) return;
  turn.change({ unannounced: [] });
  turn.emit({ type: "note", code: "weights-discarded", details: { trials } });
}
