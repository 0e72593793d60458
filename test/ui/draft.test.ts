import { expect, test, vi } from "vitest";
import { App } from "../../src/ui/state/app.svelte.ts";
import { DraftForm } from "../../src/ui/state/draft.svelte.ts";
import { createFakeTabtune } from "./fake/fake-tabtune.ts";

const searchSpace = { lr: { _type: "loguniform", _value: [0.001, 0.1] } };

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
