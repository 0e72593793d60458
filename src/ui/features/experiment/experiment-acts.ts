import type { PageActs } from "../../state/page-acts.ts";
import { save } from "../../state/save.ts";

/** What can be done with an experiment from the list, without opening it. */
export class ExperimentActs {
  constructor(readonly app: PageActs) {}

  rename(id: string, name: string): Promise<unknown> {
    return this.#act(() => this.app.tabtune.rename(id, name));
  }

  remove(id: string): Promise<unknown> {
    return this.#act(() => this.app.tabtune.remove(id));
  }

  exportFile(id: string): Promise<unknown> {
    return this.app.attempt(async () => {
      const file = await this.app.tabtune.exportAs("experiment", { id });
      save(file, file.name);
    });
  }

  #act(act: () => Promise<void>): Promise<unknown> {
    return this.app.attempt(async () => {
      await act();
      await this.app.refreshList();
    });
  }
}
