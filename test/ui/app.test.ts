import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { App } from "../../src/ui/state/app.svelte.ts";
import { createFakeTabtune } from "../gallery/fake/fake-tabtune.ts";

afterEach(() => void vi.unstubAllGlobals());

/** An address, and a window that hears of a new one when the function that comes back is called. */
function stubPage(hash: string): () => void {
  let follow = (): void => undefined;
  vi.stubGlobal("location", { hash, search: "" });
  vi.stubGlobal("addEventListener", (_type: string, listener: () => void) => (follow = listener));
  vi.stubGlobal("removeEventListener", () => undefined);
  return () => follow();
}

/** Opens the page at a fragment and counts what it asks of the device and of storage. */
async function openAt(hash: string): Promise<{ measured: number; listed: number }> {
  const asked = { measured: 0, listed: 0 };
  stubPage(hash);
  const fake = createFakeTabtune();
  const app = new App({
    ...fake,
    device: () => (asked.measured++, fake.device()),
    list: () => (asked.listed++, fake.list()),
  });
  const end = app.begin();
  await vi.waitUntil(() => !app.opening, { timeout: 30_000 });
  end();
  return asked;
}

test.each(["#somebodys-link", "#/recorded", "#/data"])(
  "opening %s measures no device and reads no experiments before a click",
  async (hash) => {
    expect(await openAt(hash)).toEqual({ measured: 0, listed: 0 });
  },
);

test.each(["#/recorded", "#/experiment/done"])(
  "whoever leaves %s while it is being opened sees the start page, not “Opening …”",
  async (hash) => {
    const follow = stubPage(hash);
    const fake = createFakeTabtune();
    const never = new Promise<never>(() => undefined);
    const app = new App({ ...fake, recorded: () => never, open: () => never });
    const end = app.begin();
    expect(app.opening).toBe(true);
    location.hash = "#/";
    follow();
    expect(app.route.page).toBe("home");
    expect(app.opening).toBe(false);
    end();
  },
);

test("the start page measures the device once", async () => {
  expect((await openAt("")).measured).toBe(1);
});

test.each([
  [60_000, "quick-look"],
  [3_600_000, "small-look"],
])("a first look that takes %i ms here starts with %s", async (durationMs, first) => {
  vi.stubGlobal("location", { hash: "", search: "" });
  const fake = createFakeTabtune();
  const app = new App({
    ...fake,
    estimate: async (draft) => ({ ...(await fake.estimate(draft)), durationMs }),
  });
  await app.shelf.estimateAll();
  expect(app.shelf.defaultId).toBe(first);
  const looks = app.shelf.cards.map(({ id }) => id).filter((id) => id.endsWith("look"));
  expect(looks).toEqual([first]);
});

test("measuring again asks the device anew and prices the presets by it", async () => {
  vi.stubGlobal("location", { hash: "", search: "" });
  const asked: unknown[] = [];
  const fake = createFakeTabtune();
  const app = new App({ ...fake, device: (again) => (asked.push(again), fake.device()) });
  await app.measureAgain();
  expect(asked).toEqual([true]);
  expect(app.device).not.toBeNull();
  expect(app.shelf.entries.size).toBeGreaterThan(0);
});

describe.each([
  [60_000, "quick-look"],
  [3_600_000, "small-look"],
] as const)("before the device is measured, a first look of %i ms", (durationMs, expected) => {
  let loaded: string[];
  let app: App;
  beforeEach(() => {
    vi.stubGlobal("location", { hash: "", search: "" });
    const fake = createFakeTabtune();
    loaded = [];
    app = new App({
      ...fake,
      estimate: async (draft) => ({ ...(await fake.estimate(draft)), durationMs }),
      loadPreset: (id, seed) => (loaded.push(id), fake.loadPreset(id, seed)),
    });
  });
  const card = createFakeTabtune().presets.find(({ id }) => id === "quick-look")!;

  test(`is started as ${expected}`, async () => {
    await app.shelf.start(card);
    expect(loaded.at(-1)).toBe(expected);
    expect(app.view).not.toBeNull();
    app.view!.release();
  });

  test(`opens for changes as ${expected}`, async () => {
    await app.shelf.adjust(card);
    expect(loaded.at(-1)).toBe(expected);
    expect(app.draft).not.toBeNull();
  });
});

test("a session that is opened too late to be looked at is released", async () => {
  const follow = stubPage("#/experiment/done");
  const fake = createFakeTabtune();
  const session = await fake.open("done");
  const release = vi.spyOn(session, "release");
  let open = (): void => undefined;
  const opened = new Promise<typeof session>((resolve) => (open = () => resolve(session)));
  const app = new App({ ...fake, open: () => opened });
  const end = app.begin();
  location.hash = "#/";
  follow();
  open();
  await vi.waitUntil(() => release.mock.calls.length === 1, { timeout: 30_000 });
  expect(app.view).toBeNull();
  end();
});

test("the open tab stands in the address and comes back with it", async () => {
  stubPage("#/experiment/done/parameters");
  const replaceState = vi.fn();
  vi.stubGlobal("history", { state: null, replaceState });
  const app = new App(createFakeTabtune());
  const end = app.begin();
  await vi.waitUntil(() => app.view !== null, { timeout: 30_000 });
  expect(app.view!.tab).toBe("parameters");
  app.keepTab("parameters");
  expect(replaceState).not.toHaveBeenCalled();
  app.keepTab("log");
  expect(replaceState).toHaveBeenLastCalledWith(null, "", "#/experiment/done/log");
  end();
});

test("what was made from another tab of the recorded experiment keeps its own address", async () => {
  stubPage("#/recorded/log");
  const replaceState = vi.fn();
  vi.stubGlobal("history", { state: null, replaceState });
  const fake = createFakeTabtune();
  const app = new App({ ...fake, runHere: () => fake.open("done") });
  const end = app.begin();
  await vi.waitUntil(() => app.view !== null, { timeout: 30_000 });
  await app.runHere(await fake.recorded());
  // What the page does as soon as it shows the new view, before the browser tells of the new address.
  app.keepTab(app.view!.tab);
  expect(location.hash).toBe("#/experiment/done");
  expect(replaceState).not.toHaveBeenCalled();
  end();
});

test("three impatient clicks on “Run it here” make one experiment", async () => {
  vi.stubGlobal("location", { hash: "#/recorded", search: "" });
  const fake = createFakeTabtune();
  const shared = await fake.recorded();
  const runHere = vi.fn(() => fake.open("done"));
  const app = new App({ ...fake, runHere });
  const clicks = [1, 2, 3].map(() => app.runHere(shared));
  expect(app.making).toBe(true);
  await Promise.all(clicks);
  expect(runHere).toHaveBeenCalledTimes(1);
  expect(app.making).toBe(false);
});

test("a message about files is gone on the next page", async () => {
  const follow = stubPage("");
  const app = new App(createFakeTabtune());
  const end = app.begin();
  app.report({ code: "config-invalid", message: "no configuration", details: {} });
  follow();
  expect(app.failures).toHaveLength(1);
  location.hash = "#/data";
  follow();
  expect(app.failures).toHaveLength(0);
  end();
});

test("what fails before the address has changed is still said on the new page", async () => {
  const follow = stubPage("");
  const fake = createFakeTabtune();
  const app = new App(fake);
  const end = app.begin();
  app.report({ code: "config-invalid", message: "of the page before", details: {} });
  await app.showSession(await fake.open("done"));
  app.report({ code: "gpu-lost", message: "while it was starting", details: {} });
  // Browsers tell of a new address later than it is set.
  follow();
  expect(app.failures.map(({ error }) => error.message)).toEqual(["while it was starting"]);
  end();
});
