import { toErrorRecord, type ErrorRecord } from "../../core/errors.ts";

/** A question that takes a while, and its answer. It is asked again when its key changes:
 *
 *    idle ── ask ──► asking ──► answered          answered, failed ── ask with another key ──► asking
 *                          └──► failed            any ── forget ──► idle
 *
 *  An answer that comes after that of a newer question, or after `forget`, is dropped. */
export class Asked<Answer> {
  state: "idle" | "asking" | "answered" | "failed" = $state("idle");
  /** While a newer question is open, the answer to the one before. */
  answer: Answer | null = $state.raw(null);
  error: ErrorRecord | null = $state.raw(null);
  #key: string | null = null;
  #asked = 0;
  #shown = 0;

  /** What is shown answers an earlier question. */
  readonly stale = $derived(this.state === "asking" && this.answer !== null);

  /** @param key equal for questions with the same answer
   *  @param earlier whether what was answered before stands until the new answer is there */
  ask(key: string, question: () => Promise<Answer>, earlier: "kept" | "dropped" = "kept"): void {
    if (key === this.#key) return;
    if (earlier === "dropped") this.forget();
    this.#key = key;
    this.state = "asking";
    const number = ++this.#asked;
    question().then(
      (answer) => this.#show(number, answer, null),
      (thrown: unknown) => this.#show(number, null, toErrorRecord(thrown)),
    );
  }

  /** As if nothing had been asked. */
  forget(): void {
    this.#key = null;
    this.#shown = ++this.#asked;
    [this.state, this.answer, this.error] = ["idle", null, null];
  }

  #show(number: number, answer: Answer | null, error: ErrorRecord | null): void {
    if (number < this.#shown) return;
    this.#shown = number;
    [this.answer, this.error] = [answer, error];
    if (number === this.#asked) this.state = error === null ? "answered" : "failed";
  }
}
