/** Whether this tab was in the background since the user last looked; that is when the notice about it is of use. */
class Visibility {
  wasHidden = $state(false);
  constructor() {
    globalThis.document?.addEventListener("visibilitychange", () => {
      if (document.hidden) this.wasHidden = true;
    });
  }
  acknowledge(): void {
    this.wasHidden = false;
  }
}

export const visibility = new Visibility();
