import type { DataProgress } from "./dataset.ts";

const reportEveryMs = 200;
/** Before that the speed means nothing. */
const warmUpMs = 1000;

/** Counts bytes and tells at most five times a second how far it is; the time left follows from the bytes that came
 *  since the start, not from those that were there already. */
export class ProgressMeter {
  private phase: DataProgress["phase"] = "checking";
  private done = 0;
  private fresh = 0;
  private startedAt: number | null = null;
  private reportedAt = -Infinity;
  private offline = false;

  constructor(
    private totalBytes: number,
    private readonly now: () => number,
    private readonly report: (progress: DataProgress) => void,
  ) {}

  setPhase = (phase: DataProgress["phase"]): void => {
    if (phase === this.phase) return;
    this.phase = phase;
    this.tell();
  };

  /** While there is no network, that is what it tells instead of the phase. */
  setOffline = (offline: boolean): void => {
    this.offline = offline;
    this.tell();
  };

  /** @param resumed true for bytes that were there before */
  add = (bytes: number, resumed: boolean): void => {
    this.startedAt ??= this.now();
    this.done += bytes;
    if (!resumed) this.fresh += bytes;
    if (this.now() - this.reportedAt >= reportEveryMs) this.tell();
  };

  /** Everything is there. */
  finish(): void {
    this.phase = "done";
    this.totalBytes = this.done = Math.max(this.done, this.totalBytes);
    this.tell();
  }

  private tell(): void {
    this.reportedAt = this.now();
    // A server may have more than the list says.
    const totalBytes = Math.max(this.totalBytes, this.done);
    const elapsedMs = this.startedAt === null ? 0 : this.now() - this.startedAt;
    const remainingMs =
      this.phase === "done"
        ? 0
        : elapsedMs < warmUpMs || this.fresh === 0
          ? null
          : ((totalBytes - this.done) * elapsedMs) / this.fresh;
    const phase = this.offline ? "offline" : this.phase;
    this.report({ phase, doneBytes: this.done, totalBytes, remainingMs });
  }
}
