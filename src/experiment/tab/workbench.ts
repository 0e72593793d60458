import { AppError } from "../../core/errors.ts";
import type { EventBody, JournalEvent } from "../../core/journal/index.ts";
import { reduceJournal } from "../../core/journal/index.ts";
import type { DatasetSourceInfo } from "../../data/dataset.ts";
import { createCacheStore } from "../../storage/cache-store.ts";
import { openDatabase } from "../../storage/database.ts";
import { createAnalysisService } from "../workers/analysis-service.ts";
import { createAnnouncer } from "./announcements.ts";
import type {
  CostEstimate,
  DeviceReport,
  ExperimentDraft,
  ExperimentSummary,
  PresetId,
  Session,
  SharedExperiment,
  Tabtune,
} from "../api.ts";
import { systemClock } from "../run/clock.ts";
import type { CheckedExperiment } from "../draft/checked-experiment.ts";
import { estimateCost, type CostInput } from "../draft/cost.ts";
import { createDataService } from "../workers/data-service.ts";
import { inspectDevice } from "../draft/device-report.ts";
import { checkDraft, refuseMisfits } from "../draft/drafts.ts";
import { parseDroppedFiles } from "../draft/dropped-files.ts";
import { createFarewells } from "./farewells.ts";
import { importedHistory } from "../run/imported-history.ts";
import { KeepAwake } from "./keep-awake.ts";
import { lazy } from "../lazy.ts";
import { requestWriterLock, writerLockName } from "./lock.ts";
import { presets } from "../draft/preset-list.ts";
import { loadPreset } from "../draft/presets.ts";
import { OpenSessions } from "./open-sessions.ts";
import { openStores as openCheckedStores } from "./open-stores.ts";
import { freeName } from "../draft/free-name.ts";
import { createRunnerPool } from "../workers/runner-pool.ts";
import { SpareWorker } from "../workers/spare-worker.ts";
import { exportAs } from "../formats/export.ts";
import { adoptJournal, decodeFile } from "../formats/file.ts";
import { decodeLink } from "../formats/link.ts";
import { setAsideFile } from "../formats/set-aside.ts";
import { summarize, toSummary } from "./summary.ts";
import { word } from "../../core/words/index.ts";

/** Path of the recorded experiment below the page's folder. */
const recordedPath = "recorded/experiment.json";

/** Everything the page can do. Opens storage on first use; starts and fetches nothing by itself. */
export function createWorkbench(): Tabtune {
  const announcer = createAnnouncer();
  const keepAwake = new KeepAwake();
  const farewells = createFarewells(localStorage);
  const listListeners = new Set<() => void>();
  const database = lazy(() => openDatabase({ onOutdated: () => location.reload() }));
  let opened = false;
  const openStores = lazy(async () => {
    const stores = await openCheckedStores(await database());
    opened = true;
    if (stores.repairs.length > 0) changedList();
    return stores;
  });
  const data = createDataService();
  // What the page wants to know never delays a tuner.
  const [tunersAnalysis, analysis] = [createAnalysisService(), createAnalysisService()];
  let report: DeviceReport | null = null;
  const spare = new SpareWorker();
  const inspect = async (again: boolean): Promise<DeviceReport> => {
    report = await inspectDevice(createCacheStore(await database()), spare, again);
    return report;
  };
  let inspected = lazy(() => inspect(false));
  const device = (again = false): Promise<DeviceReport> => {
    if (again) inspected = lazy(() => inspect(true));
    return inspected();
  };
  const pool = createRunnerPool(() => report, spare);

  const changedList = (): void => {
    for (const listener of listListeners) listener();
  };
  announcer.hear((message) => {
    if (message.kind !== "live") changedList();
  });
  const announceList = (): void => {
    announcer.say({ kind: "list" });
    changedList();
  };
  const onActivity = (): void =>
    keepAwake.want(
      [...sessions].some((session) => session.state.status === "running" && session.isActive),
    );
  const sessions = new OpenSessions(async () => {
    const { store, files, repair } = await openStores();
    return {
      store,
      files,
      repair: async (damaged) => {
        if (await repair(damaged)) changedList();
      },
      announcer,
      locks: navigator.locks,
      farewells,
      clock: systemClock,
      pool,
      data,
      analysis: tunersAnalysis,
      prepareDevice: () => device(),
      onActivity,
    };
  }, changedList);

  const checkpointAll = (): void => {
    for (const session of sessions) session.checkpointAll();
  };
  const onHide = (): void => {
    if (document.hidden) checkpointAll();
  };
  const leave = (event: Event): void => {
    for (const session of sessions)
      session.leave(event.type === "pagehide" || event.type === "freeze");
  };
  document.addEventListener("visibilitychange", onHide);
  document.addEventListener("freeze", checkpointAll);
  addEventListener("pagehide", checkpointAll);
  const leaving = new AbortController();
  for (const type of ["pagehide", "pageshow"])
    addEventListener(type, leave, { signal: leaving.signal });
  for (const type of ["freeze", "resume"])
    document.addEventListener(type, leave, { signal: leaving.signal });

  /** Two of one name, or of none, could not be told apart in the list. */
  const newName = async (wanted: string, at: number): Promise<string> => {
    const { store } = await openStores();
    return freeName(wanted, at, await store.list());
  };

  const createFrom = async (
    draft: ExperimentDraft,
    history: readonly EventBody[],
  ): Promise<Session> => {
    const { experiment } = checkDraft(draft);
    // Without a device nothing is known to be too large; starting says what is wrong then.
    const found = await device().catch(() => null);
    if (found) refuseMisfits(priceOf(experiment, found).misfits);
    const id = crypto.randomUUID();
    const at = Date.now();
    const name = await newName(draft.config.name, at);
    const config = { ...draft.config, name };
    const bodies: EventBody[] = [
      { type: "experiment-created", definition: { id, ...draft, config } },
      ...history,
    ];
    return storeAndOpen(
      id,
      bodies.map((body, seq): JournalEvent => ({ seq, at, ...body })),
    );
  };

  const storeAndOpen = async (id: string, events: readonly JournalEvent[]): Promise<Session> => {
    const { store } = await openStores();
    const summary = summarize(reduceJournal(events));
    await store.append(id, events, { durability: "strict", summary });
    announceList();
    return sessions.open(id);
  };

  const estimate = async (draft: ExperimentDraft): Promise<CostEstimate> => {
    const { experiment, notes } = checkDraft(draft);
    const [found, cached] = await Promise.all([device(), data.cached()]);
    const { dataset } = draft.config.training;
    const cost = priceOf(experiment, found, {
      cached: cached.find((one) => one.dataset === dataset),
      downloadBytes: leastDownload(data.sources(dataset)),
    });
    return { ...cost, notes };
  };

  return {
    device,
    data,
    analysis,
    presets,
    estimate,
    async list() {
      const { store } = await openStores();
      const entries = await store.list();
      const held = await heldLocks();
      return entries.map((entry): ExperimentSummary => {
        const here = [...sessions].some(
          (session) => session.id === entry.id && session.role === "writer",
        );
        return toSummary(entry, held.has(writerLockName(entry.id)) && !here);
      });
    },
    onListChange(listener) {
      listListeners.add(listener);
      return () => listListeners.delete(listener);
    },
    create: (draft) => createFrom(draft, []),
    open: (id) => sessions.open(id),
    async rename(id, name) {
      const session = await sessions.find(id);
      if (session?.role === "writer") await session.rename(name);
      else {
        const { store } = await openStores();
        await withWriterLock(id, () => store.rename(id, name, Date.now()));
      }
      announceList();
    },
    async remove(id) {
      const session = await sessions.find(id);
      await session?.close();
      const { store, files } = await openStores();
      await withWriterLock(id, async () => {
        for (const { path } of await store.remove(id)) await files.remove(path);
      });
      announceList();
    },
    async storageReport() {
      const { repairs, raw } = await openStores();
      return { repairs: [...repairs], setAside: (await raw.setAside()).length };
    },
    async exportSetAside() {
      const { raw } = await openStores();
      return setAsideFile(await raw.setAside());
    },
    async forgetSetAside() {
      await (await openStores()).raw.forgetSetAside();
    },
    exportAs: (format, { id, state }) =>
      exportAs(format, {
        readJournal: async () => (await openStores()).store.read(id),
        ...(state && { state }),
      }),
    previewFile: (file) => decodeFile(file),
    previewLink: decodeLink,
    runHere: (shared) => createFrom(draftOf(shared), []),
    continueHere: (shared) => createFrom(draftOf(shared), importedHistory(shared.state)),
    async keep(shared) {
      const { events } = shared;
      if (!events) throw new AppError("file-invalid", word("link-without-journal"));
      checkDraft(draftOf(shared));
      const id = crypto.randomUUID();
      const kept = adoptJournal(events, id);
      const { name, lastSeq } = reduceJournal(kept);
      const at = Date.now();
      const free = await newName(name, at);
      const renamed = { type: "experiment-renamed", name: free, seq: lastSeq + 1, at } as const;
      return storeAndOpen(id, free === name ? kept : [...kept, renamed]);
    },
    loadPreset: (id: PresetId, seed) =>
      loadPreset(id, seed, {
        readText: readShippedText,
        durationOf: async (draft) => {
          // Without a device the smallest can still be looked at and changed.
          if (!(await device().catch(() => null))) return Infinity;
          const { durationMs, misfits } = await estimate(draft);
          return misfits.length > 0 ? Infinity : durationMs;
        },
      }),
    async recorded() {
      return decodeFile(new Blob([await readShippedText(recordedPath)]), "recorded");
    },
    parseFiles: parseDroppedFiles,
    async close() {
      document.removeEventListener("visibilitychange", onHide);
      document.removeEventListener("freeze", checkpointAll);
      removeEventListener("pagehide", checkpointAll);
      leaving.abort();
      listListeners.clear();
      await sessions.closeAll();
      spare.take()?.terminate();
      announcer.close();
      if (opened) (await database()).close();
    },
  };
}

function priceOf(
  experiment: CheckedExperiment,
  found: DeviceReport,
  data: Partial<CostInput> = {},
): ReturnType<typeof estimateCost> {
  return estimateCost({
    experiment,
    device: found,
    cached: undefined,
    downloadBytes: 0,
    ...data,
  });
}

/** Bytes of the smallest download that is offered for sure: who else serves the images is not known here. */
function leastDownload(sources: readonly DatasetSourceInfo[]): number {
  const sizes = sources
    .filter(({ kind }) => kind === "public-host")
    .map(({ downloadBytes }) => downloadBytes);
  return sizes.length > 0 ? Math.min(...sizes) : 0;
}

async function heldLocks(): Promise<ReadonlySet<string>> {
  const { held } = await navigator.locks.query();
  return new Set((held ?? []).map((lock) => lock.name ?? ""));
}

/** @throws AppError "not-writer" while another tab writes the experiment */
async function withWriterLock<T>(id: string, body: () => Promise<T>): Promise<T> {
  const lock = await requestWriterLock(writerLockName(id), navigator.locks);
  try {
    // A session that has just been closed here gives its lock back within moments.
    if (!lock.held) await Promise.race([lock.acquired, pause(1000)]);
    if (!lock.held)
      throw new AppError("not-writer", word("another-tab-close"), {
        experiment: id,
      });
    return await body();
  } finally {
    lock.release();
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

function draftOf({ definition }: SharedExperiment): ExperimentDraft {
  const { config, searchSpace, seed, preset } = definition;
  return { config, searchSpace, seed, preset };
}

/** Reads a text shipped with the page, from its own folder. */
async function readShippedText(path: string): Promise<string> {
  const response = await fetch(new URL(path, document.baseURI));
  if (!response.ok)
    throw new AppError("download-failed", word("file-unread", { path, status: response.status }), {
      path,
      status: response.status,
    });
  return response.text();
}
