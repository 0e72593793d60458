import { answerLimits, ask, type Answer } from "./answer.ts";

/** What became of many hostile inputs. */
export class Tally {
  injected = 0;
  survived = 0;
  worstMs = 0;
  worstBytes = 0;
  readonly reasons = new Map<string, number>();
  readonly failures: string[] = [];

  /** @param limits the fastest of three answers, and the bytes it may take
   *  @param mustRefuse an input that is read counts as a failure */
  constructor(
    readonly limits: { readonly durationMs: number; readonly bytes: number } = answerLimits,
    readonly mustRefuse = false,
  ) {}

  /** Gives a reader one input. */
  async add(label: string, read: () => Promise<unknown>): Promise<Answer> {
    const answer = await ask(read, this.limits);
    const wrong = [
      answer.kind === "uncaught" && `uncaught ${answer.reason}`,
      answer.kind === "read" && this.mustRefuse && "was taken",
      answer.polluted && "changed a prototype",
      answer.durationMs > this.limits.durationMs && `took ${Math.round(answer.durationMs)} ms`,
      answer.bytes > this.limits.bytes && `took ${Math.round(answer.bytes / 1e6)} MB`,
    ].filter(Boolean);
    this.injected++;
    if (wrong.length === 0) this.survived++;
    else this.failures.push(`${label}: ${wrong.join(", ")}`);
    this.worstMs = Math.max(this.worstMs, answer.durationMs);
    this.worstBytes = Math.max(this.worstBytes, answer.bytes);
    const reason = answer.reason || answer.kind;
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    return answer;
  }

  get codes(): string[] {
    return [...this.reasons.keys()].filter(
      (reason) => /^[a-z-]+$/.test(reason) && reason !== "read",
    );
  }

  /** One line on the answers, and the first failures. */
  get notes(): string[] {
    const answers = [...this.reasons].sort((a, b) => b[1] - a[1]);
    return [
      `answers: ${answers.map(([reason, count]) => `${reason} ${count}`).join(", ")}; at most ${(this.worstBytes / 2 ** 20).toFixed(1)} MiB`,
      ...this.failures.slice(0, 5),
    ];
  }
}
