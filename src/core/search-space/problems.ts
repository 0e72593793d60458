import { AppError, type ErrorCode } from "../errors.ts";
import { inEnglish, word, type Vocabulary, type Word } from "../words/index.ts";

/** One problem, its place and what mends it. */
type Problem = Vocabulary["problem"];

/** Problems that a message lists; the rest are counted. */
const shownProblems = 20;

/** Collects problems so that all of them are reported at once. */
export class Problems {
  readonly #list: Problem[] = [];
  constructor(
    private readonly code: ErrorCode,
    private readonly subject: Word,
  ) {}

  add(path: string, value: unknown, expected: Word, remedy: Word): void {
    this.push({ path, value: show(value), expected, remedy });
  }

  push(problem: Problem): void {
    this.#list.push(problem);
  }

  get count(): number {
    return this.#list.length;
  }

  /** True once further problems are only counted: a remedy for them need not be looked for. */
  get isFull(): boolean {
    return this.#list.length >= shownProblems;
  }

  /** Throws one AppError that lists the problems; `details` count them and describe the first. */
  throwIfAny(): void {
    const first = this.#list[0];
    if (first === undefined) return;
    const shown = this.#list.slice(0, shownProblems);
    const said = word("problems", {
      subject: this.subject,
      problems: shown.map((problem) => word("problem", problem)),
      more: this.#list.length - shown.length,
    });
    const { path, value } = first;
    throw new AppError(this.code, said, {
      problems: this.#list.length,
      ...{ path, value, expected: inEnglish(first.expected), remedy: inEnglish(first.remedy) },
    });
  }
}

/** A value as it stands in the file, shortened. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    // A cyclic object cannot come from a file; its type is all there is to say about it.
    text = typeof value;
  }
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
