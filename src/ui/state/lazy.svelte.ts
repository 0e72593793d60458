import type { Component } from "svelte";

/** A part of the page that is loaded when it is first shown. */
export class Lazy<P extends Record<string, unknown>> {
  component: Component<P> | null = $state.raw(null);
  /** It did not load: this tab is offline, or a newer version has taken its place. */
  failed = $state(false);
  #loading = false;
  constructor(readonly load: () => Promise<{ default: Component<P> }>) {}

  /** Starts loading on first use; null until then. */
  get(): Component<P> | null {
    if (!this.#loading) {
      this.#loading = true;
      this.load().then(
        (module) => {
          this.component = module.default;
          this.failed = false;
        },
        () => {
          this.#loading = false;
          this.failed = true;
        },
      );
    }
    return this.component;
  }

  retry(): void {
    this.failed = false;
    this.get();
  }
}
