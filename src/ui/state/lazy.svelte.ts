/** A part of the page that is loaded when it is first needed: a component, or the classes behind it. */
export class Lazy<Part> {
  part: Part | null = $state.raw(null);
  /** It did not load: this tab is offline, or a newer version has taken its place. */
  failed = $state(false);
  #loading: Promise<void> | null = null;
  readonly #loaded: Promise<Part>;
  #resolve: (part: Part) => void = () => undefined;

  constructor(readonly load: () => Promise<Part>) {
    this.#loaded = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** Starts loading on first use; null until it is there. */
  get(): Part | null {
    this.#loading ??= this.load().then(
      (part) => {
        [this.part, this.failed] = [part, false];
        this.#resolve(part);
      },
      () => {
        this.#loading = null;
        this.failed = true;
      },
    );
    return this.part;
  }

  /** Resolves once it is there, or has not loaded this time; never rejects. */
  async tried(): Promise<void> {
    this.get();
    await this.#loading;
  }

  /** The part once it is there, be it after `retry`; never rejects. */
  ready(): Promise<Part> {
    this.get();
    return this.#loaded;
  }

  retry(): void {
    this.failed = false;
    this.get();
  }
}
