import {
  bestSoFar,
  bestTrial,
  countTrials,
  elapsedMs,
  optimizeModeOf,
  remainingMs,
} from "../../../core/journal/index.ts";
import type { ExperimentState, TrialState } from "../../../core/journal/state.ts";
import type { SearchSpace } from "../../../core/search-space/types.ts";
import type { TrialStatus } from "../../../core/trial.ts";
import type { LiveTrial, Session, SharedExperiment } from "../../../experiment/api.ts";
import { measuresTest, metricNames, type CurveMetric } from "../../views/curves.ts";
import { filterTrials, isFiltering, noFilter, type TrialFilter } from "./filter.ts";
import { parallelView } from "../../views/parallel.ts";
import { sortTrials, varyingParameters, type TableSort } from "../../views/table.ts";
import { LiveHistory } from "./live-history.ts";
import { preferences } from "../../state/preferences.svelte.ts";
import type { Tab } from "../../state/route.ts";

/** The page's view of one experiment, its own or somebody else's. Updates are gathered so that charts draw at most ten
 *  times a second however many trials report. */
export class ExperimentView {
  state: ExperimentState = $state.raw() as ExperimentState;
  live: ReadonlyMap<number, LiveTrial> = $state.raw(new Map());
  dataProgress: Session["dataProgress"] = $state.raw(null);
  problem: Session["problem"] = $state.raw(null);
  role: Session["role"] = $state("writer");
  slots = $state(1);
  livePaceMs: number | null = $state(null);
  now = $state(Date.now());

  /** Start was pressed and the session has not answered yet. */
  starting = $state(false);
  tab: Tab = $state("overview");
  filter: TrialFilter = $state.raw(noFilter);
  sort: TableSort = $state.raw({ column: "trial", descending: false });
  selected: number | null = $state(null);
  expanded: ReadonlySet<number> = $state.raw(new Set());
  hovered: number | null = $state(null);
  /** Parameters as JSON in the "add a trial" dialog; null while it is closed. */
  adding: string | null = $state(null);
  crosshairEpoch: number | null = $state(null);
  curveMetric: CurveMetric = $state("validationAccuracy");

  readonly session: Session | null;
  readonly shared: SharedExperiment | null;
  readonly history = new LiveHistory();
  readonly #release: () => void;

  constructor(source: { session: Session } | { shared: SharedExperiment }) {
    this.session = "session" in source ? source.session : null;
    this.shared = "shared" in source ? source.shared : null;
    this.state = this.session?.state ?? this.shared!.state;
    this.#read();
    let timer: ReturnType<typeof setTimeout> | null = null;
    const unsubscribe = this.session?.subscribe(() => {
      this.history.record(this.session!.live, Date.now());
      timer ??= setTimeout(() => {
        timer = null;
        this.#read();
      }, 100);
    });
    const clock = setInterval(() => (this.now = Date.now()), 1000);
    this.#release = () => {
      unsubscribe?.();
      clearInterval(clock);
      if (timer !== null) clearTimeout(timer);
      this.session?.release();
    };
  }

  #read(): void {
    if (!this.session) return;
    this.state = this.session.state;
    this.live = new Map(this.session.live);
    this.dataProgress = this.session.dataProgress;
    this.problem = this.session.problem;
    this.role = this.session.role;
    this.slots = this.session.slots;
    this.livePaceMs = this.history.paceMs();
    this.now = Date.now();
  }

  /** Stops listening; what goes on in the session does so. */
  release(): void {
    this.#release();
  }

  /** True where nothing can be changed: a link, a file, or another tab writes. */
  get readOnly(): boolean {
    return this.session === null || this.role === "viewer";
  }
  /** What the page says of the experiment; between the click on Start and the first event it is being prepared. */
  readonly status = $derived(
    this.starting && this.state.status === "idle" ? "preparing" : this.state.status,
  );
  readonly mode = $derived(optimizeModeOf(this.state.definition.config));
  readonly best: TrialState | null = $derived(bestTrial(this.state.trials, this.mode));
  readonly counts = $derived(countTrials(this.state));
  readonly elapsed = $derived(elapsedMs(this.state, this.now));
  readonly remaining = $derived(
    this.state.status === "running"
      ? remainingMs(this.state, this.now, Math.max(1, this.slots), this.livePaceMs)
      : null,
  );
  readonly bestSoFar = $derived(bestSoFar(this.state));
  /** null for one that does not parse, which costs the parallel coordinates and nothing else. */
  readonly space: SearchSpace | null = $derived.by(
    () => (this.session ?? this.shared)?.space ?? null,
  );
  readonly parallel = $derived(this.space ? parallelView(this.space, this.state.trials) : null);
  readonly shown = $derived(filterTrials(this.state.trials, this.filter, this.parallel));
  readonly sorted = $derived(sortTrials(this.shown, this.sort));
  readonly filtering = $derived(isFiltering(this.filter));
  readonly hiddenCount = $derived(this.state.trials.length - this.shown.length);
  readonly columns = $derived(
    varyingParameters(this.state.trials, Object.keys(this.state.definition.searchSpace)),
  );
  /** What the reports call validation was measured on the test images. */
  readonly measuresTest = $derived(measuresTest(this.state.definition.config.training));
  readonly metricNames = $derived(
    metricNames(preferences.t.charts.metric, this.state.definition.config.training),
  );
  /** In progress: between two attempts a trial waits, for a worker or for the GPU to come back. */
  readonly running = $derived(
    this.state.trials.filter(
      ({ status, number }) =>
        status === "RUNNING" || (status === "WAITING" && this.live.has(number)),
    ),
  );
  /** The winner while it is tested: it has ended, and yet it computes. */
  readonly testing: TrialState | null = $derived(
    this.state.trials.find(
      ({ status, number }) => status === "SUCCEEDED" && this.live.get(number)?.phase === "testing",
    ) ?? null,
  );

  trial(number: number): TrialState | null {
    const candidate = this.state.trials[number];
    if (candidate?.number === number) return candidate;
    return this.state.trials.find((trial) => trial.number === number) ?? null;
  }

  /** The weights that a trial's result was measured with are here; what shows it follows `state`. */
  keepsWeights(number: number): boolean {
    if (!this.trial(number)?.checkpoint) return false;
    return this.session?.keepsWeights(number) ?? false;
  }

  select(number: number | null): void {
    this.selected = this.selected === number ? null : number;
  }

  toggleExpanded(number: number): void {
    const next = new Set(this.expanded);
    if (!next.delete(number)) next.add(number);
    this.expanded = next;
  }

  sortBy(column: string): void {
    const first = column === "metric" && this.mode === "maximize";
    const again = this.sort.column === column;
    this.sort = { column, descending: again ? !this.sort.descending : first };
  }

  toggleStatus(status: TrialStatus): void {
    const hiddenStatuses = new Set(this.filter.hiddenStatuses);
    if (!hiddenStatuses.delete(status)) hiddenStatuses.add(status);
    this.filter = { ...this.filter, hiddenStatuses };
  }

  setRange(path: string, range: readonly [number, number] | null): void {
    const ranges = new Map(this.filter.ranges);
    if (range) ranges.set(path, range);
    else ranges.delete(path);
    this.filter = { ...this.filter, ranges };
  }

  search(text: string): void {
    this.filter = { ...this.filter, text };
  }

  clearFilter(): void {
    this.filter = noFilter;
  }
}
