import { toErrorRecord, type ErrorRecord } from "../../core/errors.ts";

/** The answer to a question that takes a while. A new question is asked when its key changes; until its answer is there,
 *  the last one stands. */
export class Asked<Answer> {
  answer: Answer | null = $state.raw(null);
  error: ErrorRecord | null = $state.raw(null);
  #key: string | null = null;
  #asked = 0;
  #shown = 0;

  /** @param key equal for questions with the same answer */
  ask(key: string, question: () => Promise<Answer>): void {
    if (key === this.#key) return;
    this.#key = key;
    const number = ++this.#asked;
    question().then(
      (answer) => this.#show(number, answer, null),
      (thrown: unknown) => this.#show(number, null, toErrorRecord(thrown)),
    );
  }

  #show(number: number, answer: Answer | null, error: ErrorRecord | null): void {
    if (number < this.#shown) return;
    this.#shown = number;
    [this.answer, this.error] = [answer, error];
  }
}
