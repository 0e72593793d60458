import { AppError } from "../../src/core/errors.ts";
import { asWritten, word } from "../../src/core/words/index.ts";
import type { DataService, DeviceReport, Tabtune } from "../../src/experiment/api.ts";
import type { DataProgress } from "../../src/data/dataset.ts";
import type { App } from "../../src/ui/state/app.svelte.ts";
import { preferences } from "../../src/ui/state/preferences.svelte.ts";
import { tabs } from "../../src/ui/state/route.ts";
import { createFakeTabtune } from "./fake/fake-tabtune.ts";
import { stories } from "./fake/stories.ts";

/** One thing to look at: a screen, the charts of one experiment, or the components that serve several screens. */
export interface Stand {
  readonly name: string;
  /** The screen's address. */
  readonly hash?: string;
  /** What differs from the invented page. */
  readonly tabtune?: Partial<Tabtune>;
  /** The experiment whose charts are shown. */
  readonly story?: string;
  readonly component?: true;
  /** What a visitor has done there. */
  readonly after?: (app: App) => unknown;
}

const never = (): Promise<never> => new Promise(() => undefined);
const fake = createFakeTabtune();
const device = async (patch: Partial<DeviceReport>): Promise<DeviceReport> => ({
  ...(await fake.device()),
  ...patch,
});
const broken = (): Promise<never> =>
  Promise.reject(new AppError("gpu-unavailable", word("no-webgl")));
const gone = (): Promise<never> =>
  Promise.reject(new AppError("experiment-unknown", asWritten("There is no experiment gone.")));
/** A data set that only comes from one's own files. */
const ownFiles: DataService["sources"] = (dataset) =>
  fake.data.sources(dataset).filter(({ kind }) => kind !== "public-host");
const loading: DataProgress = {
  phase: "downloading",
  doneBytes: 60e6,
  totalBytes: 143e6,
  remainingMs: 42_000,
};
const repairs = [
  { experimentId: "a", name: "shapes quick look", restoredTrials: 3, lostTrials: 1, setAside: 2 },
];

const home: readonly Stand[] = [
  { name: "home", hash: "#/" },
  { name: "home-empty", hash: "#/", tabtune: { list: async () => [] } },
  { name: "home-measuring", hash: "#/", tabtune: { device: never, list: never } },
  { name: "home-without-gpu", hash: "#/", tabtune: { device: broken } },
  {
    name: "home-software",
    hash: "#/",
    tabtune: { device: () => device({ software: true, adapter: "SwiftShader (software)" }) },
  },
  {
    name: "home-webgl",
    hash: "#/",
    tabtune: { device: () => device({ backend: "webgl", fallbackReason: "no-adapter" }) },
  },
  {
    name: "home-damaged",
    hash: "#/",
    tabtune: { storageReport: async () => ({ repairs, setAside: 2 }) },
  },
  {
    name: "home-failures",
    hash: "#/",
    after: (app) => {
      app.outdated = true;
      app.report({ code: "storage-quota", message: "The disk is full.", details: {} });
      app.report({ code: "file-invalid", message: "notes.txt is no experiment.", details: {} });
    },
  },
  { name: "paste", hash: "#/", after: (app) => void (app.dialog = "paste") },
];

const setup: readonly Stand[] = [
  { name: "new", hash: "#/", after: (app) => app.shelf.adjust(app.shelf.cards[0]!) },
  {
    name: "new-invalid",
    hash: "#/",
    after: async (app) => {
      await app.shelf.adjust(app.shelf.cards[0]!);
      app.draft!.changeSpace('{ "lr": { "_type": "loguniform", "_value": [0.1');
    },
  },
  {
    name: "new-incomplete",
    hash: "#/",
    tabtune: {
      parseFiles: async () => ({
        kind: "incomplete",
        searchSpace: null,
        config: null,
        missing: "search-space",
      }),
    },
    after: (app) => app.receive([]),
  },
  { name: "data", hash: "#/data" },
  {
    name: "data-loading",
    hash: "#/data",
    after: ({ data }) => {
      data.preparing = "cifar10";
      data.progress = loading;
    },
  },
  {
    name: "new-without-images",
    hash: "#/",
    tabtune: { data: { ...fake.data, sources: ownFiles } },
    after: (app) => app.shelf.adjust(app.shelf.cards.find(({ id }) => id === "nni-cifar10")!),
  },
];

const experiments: readonly Stand[] = [
  { name: "opening", hash: "#/experiment/done", tabtune: { open: never } },
  { name: "not-found", hash: "#/experiment/gone", tabtune: { open: gone } },
  { name: "recorded", hash: "#/recorded" },
  ...stories.map(({ definition: { id } }) => ({ name: id, hash: `#/experiment/${id}` })),
  ...["running", "done", "many", "long-names"].flatMap((id) =>
    tabs.slice(1).map((tab) => ({ name: `${id}-${tab}`, hash: `#/experiment/${id}/${tab}` })),
  ),
  {
    name: "trial-details",
    hash: "#/experiment/done/trials",
    after: ({ view }) => [2, 5, 8].forEach((trial) => view!.toggleExpanded(trial)),
  },
  {
    name: "trial-why",
    hash: "#/experiment/done/trials",
    after: async ({ view }) => {
      view!.toggleExpanded(8);
      await opened();
    },
  },
  {
    name: "pointed-at",
    hash: "#/experiment/done",
    after: ({ view }) => {
      view!.crosshairEpoch = 5;
      view!.hovered = 3;
      view!.select(7);
    },
  },
  {
    name: "add-trial",
    hash: "#/experiment/running/trials",
    after: ({ view }) => void (view!.adding = '{\n  "lr": 0.1\n}'),
  },
  {
    name: "presenter",
    hash: "#/experiment/running",
    after: () => preferences.setPresent(true),
  },
  {
    name: "too-large-to-share",
    hash: "#/experiment/done",
    after: (app) => void (app.dialog = "share-too-large"),
  },
  {
    name: "link-by-hand",
    hash: "#/experiment/done",
    after: (app) => {
      app.link = `https://example.org/#1${"abcDEF-_".repeat(60)}`;
      app.dialog = "link";
    },
  },
];

/** Opens what is folded in the main part of the page, once it is drawn. */
async function opened(): Promise<void> {
  const main = document.querySelector("main")!;
  while (!main.querySelector("details:not(.menu)"))
    await new Promise((resolve) => setTimeout(resolve, 20));
  for (const folded of main.querySelectorAll<HTMLDetailsElement>("tbody details"))
    folded.open = true;
}

/** Everything there is to look at. */
export const stands: readonly Stand[] = [
  { name: "components", component: true },
  ...stories.map(({ definition: { id } }) => ({ name: `charts-${id}`, story: id })),
  ...home,
  ...setup,
  ...experiments,
];
