import type { DatasetName } from "../../core/config/types.ts";
import { toErrorRecord, type ErrorRecord } from "../../core/errors.ts";
import type {
  DeviceReport,
  ExperimentDraft,
  ExperimentSummary,
  Session,
  SharedExperiment,
  Tabtune,
} from "../../experiment/api.ts";
import { DataStore } from "../features/data/data.svelte.ts";
import type { DraftForm } from "../features/new/draft.svelte.ts";
import { ExperimentActs } from "../features/experiment/experiment-acts.ts";
import type { ExperimentView } from "../features/experiment/experiment.svelte.ts";
import { PresetShelf } from "../features/start/preset-shelf.svelte.ts";
import { experimentClasses, formClass } from "./classes.ts";
import { parseRoute, routeHash, type Route, type Tab } from "./route.ts";
import { randomSeed } from "./seed.ts";
import { StorageNews } from "./storage-report.svelte.ts";

export interface Failure {
  readonly id: number;
  readonly error: ErrorRecord;
}

/** Everything the page knows outside of one experiment, and every act that can fail. */
export class App {
  route: Route = $state.raw({ page: "home" });
  /** While a shared experiment is being made one's own. */
  making = $state(false);
  device: DeviceReport | null = $state.raw(null);
  deviceError: ErrorRecord | null = $state.raw(null);
  experiments: readonly ExperimentSummary[] | null = $state.raw(null);
  view: ExperimentView | null = $state.raw(null);
  opening = $state(false);
  /** What could not be opened; shown instead of the experiment. */
  openError: ErrorRecord | null = $state.raw(null);
  failures: readonly Failure[] = $state.raw([]);
  /** A newer version of the page is there; the next load shows it. */
  outdated = $state(false);
  /** A short confirmation, read out to screen readers. */
  toast = $state("");
  dialog: "paste" | "share-too-large" | "link" | null = $state(null);
  /** A link that the browser did not let the page copy. */
  link = $state("");
  /** What was typed into the dialog for NNI's files and could not be read yet. */
  pasted = $state({ space: "", config: "" });
  draft: DraftForm | null = $state.raw(null);
  readonly shelf: PresetShelf;
  readonly data: DataStore;
  readonly storageNews = new StorageNews(this);
  readonly experimentActs = new ExperimentActs(this);
  #nextFailure = 0;
  #toastTimer: ReturnType<typeof setTimeout> | null = null;
  #visit = 0;
  #device: Promise<void> | null = null;

  constructor(readonly tabtune: Tabtune) {
    this.data = new DataStore(this);
    this.shelf = new PresetShelf(this);
  }

  /** Call once the page is there; returns a function that ends everything. */
  begin(): () => void {
    const follow = (): void => void this.#visitRoute(parseRoute(location.hash));
    const refresh = (): void => void this.attempt(() => this.refreshList());
    addEventListener("hashchange", follow);
    const unsubscribe = this.tabtune.onListChange(refresh);
    follow();
    return () => {
      removeEventListener("hashchange", follow);
      unsubscribe();
      this.view?.release();
    };
  }

  /** Runs an act of the user; a failure becomes a message on the page, never an unhandled rejection. */
  async attempt<T>(act: () => Promise<T>): Promise<T | null> {
    try {
      return await act();
    } catch (thrown) {
      const error = toErrorRecord(thrown);
      if (error.code !== "aborted") this.report(error);
      return null;
    }
  }

  report(error: ErrorRecord): void {
    const same = this.failures.some(
      (f) => f.error.code === error.code && f.error.message === error.message,
    );
    if (!same) this.failures = [...this.failures, { id: this.#nextFailure++, error }];
  }

  dismiss(id: number): void {
    this.failures = this.failures.filter((failure) => failure.id !== id);
  }

  say(text: string): void {
    this.toast = text;
    if (this.#toastTimer !== null) clearTimeout(this.#toastTimer);
    this.#toastTimer = setTimeout(() => (this.toast = ""), 4000);
  }

  go(route: Route): void {
    const hash = routeHash(route);
    if (location.hash === hash) void this.#visitRoute(route);
    else location.hash = hash;
  }

  async refreshList(): Promise<void> {
    this.experiments = await this.tabtune.list();
    await this.storageNews.refresh();
  }

  /** Measures the device once. Whoever only looks at a shared experiment gets nothing computed and nothing stored. */
  #wantDevice(): void {
    this.#device ??= this.#measureDevice();
    void this.attempt(() => this.#device!);
  }

  /** For whoever measured while the machine was busy with something else. */
  measureAgain(): Promise<void> {
    this.#device = this.#measureDevice(true);
    return this.#device;
  }

  async #measureDevice(again = false): Promise<void> {
    this.device = null;
    try {
      this.device = await this.tabtune.device(again);
    } catch (thrown) {
      this.deviceError = toErrorRecord(thrown);
    }
    await this.shelf.estimateAll();
  }

  async #visitRoute(route: Route): Promise<void> {
    const visit = ++this.#visit;
    const kept = route.page === "experiment" && this.view?.session?.id === route.id;
    const fileKept = route.page === "file" && this.view?.shared?.source === "file";
    // What went wrong on another page has been seen there; what is shown already may have failed since.
    if (!kept && !fileKept && route.page !== this.route.page) this.failures = [];
    this.route = route;
    this.openError = null;
    // What was still being opened is wanted no more.
    this.opening = false;
    if (route.page === "home" || route.page === "new" || route.page === "experiment")
      this.#wantDevice();
    if (kept || fileKept) return;
    this.#show(null);
    if (route.page === "home") void this.attempt(() => this.refreshList());
    if (route.page === "data") await this.attempt(() => this.data.refresh());
    if (route.page === "new" && !this.draft) await this.#editKept(visit);
    const opened = this.#open(route);
    if (!opened) return;
    this.opening = true;
    try {
      const [source, { ExperimentView }] = await Promise.all([opened, experimentClasses.ready()]);
      if (visit === this.#visit) this.#show(new ExperimentView(source), route);
      else if ("session" in source) source.session.release();
    } catch (thrown) {
      if (visit === this.#visit) this.openError = toErrorRecord(thrown);
    } finally {
      if (visit === this.#visit) this.opening = false;
    }
  }

  /** The form as it was before a reload; without one there is nothing to edit. */
  async #editKept(visit: number): Promise<void> {
    this.opening = true;
    const kept = await (await formClass.ready()).kept(this);
    if (visit !== this.#visit) return;
    this.opening = false;
    if (kept) this.#fill(kept);
    else this.go({ page: "home" });
  }

  #open(route: Route): Promise<{ session: Session } | { shared: SharedExperiment }> | null {
    if (route.page === "experiment")
      return this.tabtune.open(route.id).then((session) => ({ session }));
    if (route.page === "link")
      return this.tabtune.previewLink(route.fragment).then((shared) => ({ shared }));
    if (route.page === "recorded") return this.tabtune.recorded().then((shared) => ({ shared }));
    if (route.page === "file") this.go({ page: "home" });
    return null;
  }

  #show(view: ExperimentView | null, route: Route = { page: "home" }): void {
    this.view?.release();
    this.view = view;
    if (view && "tab" in route && route.tab) view.tab = route.tab;
  }

  /** The tab that is open stands in the address: a reload shows it again, and a link can lead to it. */
  keepTab(tab: Tab): void {
    const { route } = this;
    if (route.page !== "experiment" && route.page !== "recorded") return;
    if ((route.tab ?? "overview") === tab) return;
    this.route = { ...route, tab };
    history.replaceState(history.state, "", routeHash(this.route));
  }

  /** Shows a session that was just made. */
  async showSession(session: Session): Promise<ExperimentView> {
    const { ExperimentView } = await experimentClasses.ready();
    const view = new ExperimentView({ session });
    this.#showAt(view, { page: "experiment", id: session.id });
    return view;
  }

  /** The address follows a moment later; from now on the open tab is this view's, not that of the page before. */
  #showAt(view: ExperimentView, route: Route): void {
    this.failures = [];
    this.opening = false;
    this.#show(view);
    this.route = route;
    this.go(route);
  }

  /** Creates an experiment, shows it at once, and starts it: one click, no other decision. */
  async createAndStart(draft: ExperimentDraft): Promise<void> {
    const session = await this.tabtune.create(draft);
    const view = await this.showSession(session);
    const { Commands } = await experimentClasses.ready();
    await new Commands(this, view).start();
  }

  /** Shows an experiment from a file, read-only. */
  async showShared(shared: SharedExperiment): Promise<void> {
    const { ExperimentView } = await experimentClasses.ready();
    this.#showAt(new ExperimentView({ shared }), { page: "file" });
  }

  runHere(shared: SharedExperiment): Promise<unknown> {
    return this.#make(() => this.tabtune.runHere(shared));
  }

  continueHere(shared: SharedExperiment): Promise<unknown> {
    return this.#make(() => this.tabtune.continueHere(shared));
  }

  keep(shared: SharedExperiment): Promise<unknown> {
    return this.#make(() => this.tabtune.keep(shared));
  }

  /** Makes one experiment at a time: the device may have to be measured first, and a second click would make a second one. */
  #make(create: () => Promise<Session>): Promise<unknown> {
    if (this.making) return Promise.resolve();
    this.making = true;
    return this.attempt(async () => this.showSession(await create())).finally(
      () => (this.making = false),
    );
  }

  /** Files dropped anywhere, or picked: an experiment, NNI's files, or images.
   *  @param picker the data set beside whose picker they were chosen: the page stays where it is for its images */
  receive(files: readonly File[], picker: DatasetName | null = null): Promise<unknown> {
    this.failures = [];
    return this.attempt(async () => {
      const dropped = files.map((file) => ({ name: file.name, blob: file }));
      const found = await this.tabtune.parseFiles(dropped, randomSeed());
      switch (found.kind) {
        case "experiment":
          return this.showShared(found.shared);
        case "images":
          return this.data.useFiles(found.dataset, found.files, found.dataset === picker);
        case "draft":
          return this.edit(found.draft);
        case "incomplete":
          return this.#fill(
            await (await formClass.ready()).incomplete(this, found.searchSpace, found.config),
          );
        default:
          return found satisfies never;
      }
    });
  }

  /** Opens the form of a new experiment. */
  async edit(draft: ExperimentDraft): Promise<void> {
    const DraftForm = await formClass.ready();
    this.#fill(new DraftForm(this, draft));
  }

  #fill(form: DraftForm): void {
    this.draft = form;
    this.dialog = null;
    this.pasted = { space: "", config: "" };
    form.keep();
    this.go({ page: "new" });
    void form.check();
  }
}
