import { afterEach, expect, test, vi } from "vitest";
import { App } from "../../src/ui/state/app.svelte.ts";
import { DraftForm } from "../../src/ui/features/new/draft.svelte.ts";
import { createFakeTabtune } from "../gallery/fake/fake-tabtune.ts";

const searchSpace = { lr: { _type: "loguniform", _value: [0.001, 0.1] } };

/** Storage of one tab. */
function tabStorage(): Storage {
  const entries = new Map<string, string>();
  return {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
    removeItem: (key: string) => void entries.delete(key),
  } as unknown as Storage;
}
afterEach(() => void vi.unstubAllGlobals());

/** The page as it begins at an address. */
function openPage(hash: string): App {
  vi.stubGlobal("location", { hash, search: "" });
  vi.stubGlobal("addEventListener", () => undefined);
  vi.stubGlobal("removeEventListener", () => undefined);
  const app = new App(createFakeTabtune());
  app.begin();
  return app;
}

test("a reload of the form loses nothing that was typed, finished or not", async () => {
  vi.stubGlobal("sessionStorage", tabStorage());
  const before = openPage("#/");
  const card = before.tabtune.presets.find(({ id }) => id === "quick-look")!;
  await before.shelf.adjust(card);
  const typed = before.draft!;
  typed.change({ name: "mine" });
  typed.changeSeed(7);
  typed.changeSpace('{"lr": ');

  const after = openPage("#/new");
  await vi.waitUntil(() => after.draft !== null, { timeout: 30_000 });
  const { config, spaceText, seed, preset } = after.draft!;
  expect({ config, spaceText, seed, preset }).toEqual({
    config: typed.config,
    spaceText: '{"lr": ',
    seed: 7,
    preset: typed.preset,
  });
  await vi.waitUntil(() => after.draft!.error?.code === "search-space-invalid", {
    timeout: 30_000,
  });
});

test("a started form is not kept, nor one that is unlike ours", async () => {
  vi.stubGlobal("sessionStorage", tabStorage());
  const before = openPage("#/");
  await before.shelf.adjust(before.tabtune.presets.find(({ id }) => id === "quick-look")!);
  await before.draft!.start();
  before.view!.release();
  for (const kept of [null, '{"config": {}}', "{"]) {
    if (kept !== null) sessionStorage.setItem("tabtune.draft", kept);
    const after = openPage("#/new");
    await vi.waitUntil(() => location.hash === "#/", { timeout: 30_000 });
    expect(after.draft).toBeNull();
  }
});

/** The form for a search space or a configuration that came alone. */
async function incomplete(space: typeof searchSpace | null): Promise<DraftForm> {
  vi.stubGlobal("location", { hash: "", search: "" });
  const app = new App(createFakeTabtune());
  const { config } = await app.tabtune.loadPreset("quick-look", 1);
  return DraftForm.incomplete(app, space, space ? null : config);
}

test("a search space alone: that the other values are suggestions stays said", async () => {
  const form = await incomplete(searchSpace);
  expect(form.missing).toBe("config");
  await form.check();
  expect(form.error).toBeNull();
  expect(form.missing).toBe("config");
});

test("a configuration alone waits for its search space", async () => {
  const form = await incomplete(null);
  await form.check();
  expect(form.missing).toBe("search-space");
  form.spaceText = JSON.stringify(searchSpace);
  await form.check();
  expect(form.error).toBeNull();
  expect(form.missing).toBeNull();
});
