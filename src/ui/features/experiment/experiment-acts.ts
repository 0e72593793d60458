import type { ExperimentSummary } from "../../../experiment/api.ts";
import type { PageActs } from "../../state/page-acts.ts";
import { fileStem, save } from "../../state/save.ts";

/** What can be done with an experiment from the list, without opening it. */
export class ExperimentActs {
  constructor(readonly app: PageActs) {}

  rename(id: string, name: string): Promise<unknown> {
    return this.#act(() => this.app.tabtune.rename(id, name));
  }

  remove(id: string): Promise<unknown> {
    return this.#act(() => this.app.tabtune.remove(id));
  }

  exportFile({ id, name }: Pick<ExperimentSummary, "id" | "name">): Promise<unknown> {
    return this.app.attempt(async () =>
      save(await this.app.tabtune.exportFile(id), `${fileStem(name)}.tabtune.json`),
    );
  }

  #act(act: () => Promise<void>): Promise<unknown> {
    return this.app.attempt(async () => {
      await act();
      await this.app.refreshList();
    });
  }
}
