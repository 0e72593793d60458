import type { AppError } from "../core/errors.ts";

/** Keeps the first failure of a device and tells it once; nothing clears it, because repair is replacement. */
export class DeviceFailure {
  #failure: AppError | null = null;
  #ended = false;
  readonly #listeners: ((failure: AppError) => void)[] = [];

  get current(): AppError | null {
    return this.#failure;
  }

  /** What comes after the first failure, or after the end, is a consequence. */
  fail(error: AppError): void {
    if (this.#failure || this.#ended) return;
    this.#failure = error;
    for (const listener of this.#listeners) listener(error);
  }

  check(): void {
    if (this.#failure) throw this.#failure;
  }

  listen(listener: (failure: AppError) => void): void {
    if (this.#failure) listener(this.#failure);
    else this.#listeners.push(listener);
  }

  /** The device is given back on purpose. */
  end(): void {
    this.#ended = true;
  }
}
