/** What happened to this tab since the user last looked; that is when the notice about it is of use. */
class Visibility {
  wasHidden = $state(false);
  /** How long the browser had frozen the page, to save energy; nothing ran then. */
  frozenMs = $state(0);

  constructor() {
    const page = globalThis.document as Document | undefined;
    let frozenAt: number | null = null;
    page?.addEventListener("visibilitychange", () => {
      if (page.hidden) this.wasHidden = true;
    });
    page?.addEventListener("freeze", () => (frozenAt = Date.now()));
    page?.addEventListener("resume", () => {
      if (frozenAt !== null) this.frozenMs += Date.now() - frozenAt;
      frozenAt = null;
    });
  }

  acknowledge(): void {
    this.wasHidden = false;
    this.frozenMs = 0;
  }
}

export const visibility = new Visibility();
