import type { ErrorRecord } from "../../core/errors.ts";
import type { ExperimentDraft, Tabtune } from "../../experiment/api.ts";
import type { Route } from "./route.ts";

/** What the parts of the page's state may do to the page as a whole; `App` is all of it. */
export interface PageActs {
  readonly tabtune: Tabtune;
  dialog: "paste" | "share-too-large" | "link" | null;
  link: string;
  attempt<T>(act: () => Promise<T>): Promise<T | null>;
  report(error: ErrorRecord): void;
  say(text: string): void;
  go(route: Route): void;
  refreshList(): Promise<void>;
  createAndStart(draft: ExperimentDraft): Promise<void>;
}
