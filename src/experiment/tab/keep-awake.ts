/** Keeps the screen on while something runs and the page is visible; the browser takes the lock away when it is hidden. */
export class KeepAwake {
  #wanted = false;
  #sentinel: WakeLockSentinel | null = null;
  #asking = false;

  constructor() {
    document.addEventListener("visibilitychange", () => void this.#apply());
  }

  want(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    void this.#apply();
  }

  async #apply(): Promise<void> {
    const wakeLock = (navigator as Partial<Navigator>).wakeLock;
    if (!wakeLock || this.#asking) return;
    this.#asking = true;
    try {
      if (this.#wanted && !document.hidden && (!this.#sentinel || this.#sentinel.released))
        this.#sentinel = await wakeLock.request("screen");
      else if (!this.#wanted && this.#sentinel) {
        await this.#sentinel.release();
        this.#sentinel = null;
      }
    } catch {
      // Battery saver or policy: the page already says what a sleeping computer does.
    } finally {
      this.#asking = false;
    }
  }
}
