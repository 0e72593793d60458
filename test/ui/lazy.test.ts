import type { Component } from "svelte";
import { expect, test, vi } from "vitest";
import { Lazy } from "../../src/ui/state/lazy.svelte.ts";

test("a part of the page that did not load says so, and loads when tried again", async () => {
  const component = (() => undefined) as unknown as Component<Record<string, never>>;
  let online = false;
  const part = new Lazy(async () => {
    if (!online) throw new TypeError("Failed to fetch dynamically imported module");
    return component;
  });
  expect(part.get()).toBeNull();
  await vi.waitUntil(() => part.failed, { timeout: 30_000 });
  online = true;
  part.retry();
  expect(part.failed).toBe(false);
  await vi.waitUntil(() => part.part !== null, { timeout: 30_000 });
  expect(part.get()).toBe(component);
});

test("whoever waits for a part gets it from the try that succeeds; a try that fails says so", async () => {
  let online = false;
  const part = new Lazy(async () => {
    if (!online) throw new TypeError("Failed to fetch dynamically imported module");
    return "loaded";
  });
  const waiting = part.ready();
  await part.tried();
  expect(part.failed).toBe(true);
  online = true;
  part.retry();
  expect(await waiting).toBe("loaded");
  expect([part.part, part.failed]).toEqual(["loaded", false]);
});
