import type { StorageReport } from "../../experiment/api.ts";
import { save } from "./save.ts";
import type { PageActs } from "./page-acts.ts";

/** What was found damaged in the browser's storage, and what the user can do about it. */
export class StorageNews {
  report: StorageReport | null = $state.raw(null);
  /** Repairs whose notice was closed. */
  #seen = $state(0);

  constructor(readonly app: PageActs) {}

  readonly repairs = $derived(this.report?.repairs.slice(this.#seen) ?? []);

  async refresh(): Promise<void> {
    this.report = await this.app.tabtune.storageReport();
  }

  dismiss(): void {
    this.#seen = this.report?.repairs.length ?? 0;
  }

  saveSetAside(): Promise<unknown> {
    return this.app.attempt(async () =>
      save(await this.app.tabtune.exportSetAside(), "damaged-records.tabtune.json"),
    );
  }

  forgetSetAside(): Promise<unknown> {
    return this.app.attempt(async () => {
      await this.app.tabtune.forgetSetAside();
      await this.refresh();
    });
  }
}
