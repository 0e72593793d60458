import { expect, test } from "vitest";
import { parseAnnouncement } from "../../../src/experiment/tab/announcements.ts";
import { requestWriterLock, type Locks } from "../../../src/experiment/tab/lock.ts";
import { flush } from "../fakes.ts";

/** Web Locks of one origin, exclusive mode, in a few lines. */
function fakeLocks(): Locks {
  const holders = new Map<string, Promise<unknown>>();
  const request = async (
    name: string,
    options: LockOptions,
    callback: (lock: Lock | null) => unknown,
  ): Promise<unknown> => {
    while (holders.has(name)) {
      if (options.ifAvailable) return callback(null);
      await holders.get(name);
      if (options.signal?.aborted) throw new DOMException("withdrawn", "AbortError");
    }
    const held = Promise.resolve(callback({ name, mode: "exclusive" }));
    const done = held.finally(() => holders.delete(name));
    holders.set(name, done);
    return done;
  };
  return { request } as unknown as Locks;
}

test("the first tab writes, the second takes over when the first has gone", async () => {
  const locks = fakeLocks();
  const first = await requestWriterLock("e", locks);
  const second = await requestWriterLock("e", locks);
  expect([first.held, second.held]).toEqual([true, false]);
  first.release();
  await second.acquired;
  expect([first.held, second.held]).toEqual([false, true]);
});

test("a tab that closed while it waited never becomes the writer", async () => {
  const locks = fakeLocks();
  const first = await requestWriterLock("e", locks);
  const second = await requestWriterLock("e", locks);
  const third = await requestWriterLock("e", locks);
  second.release();
  first.release();
  await third.acquired;
  await flush();
  expect([second.held, third.held]).toEqual([false, true]);
});

test("messages of other tabs are parsed, and nothing else is listened to", () => {
  expect(parseAnnouncement({ kind: "appended", id: "a", extra: 1 })).toEqual({
    kind: "appended",
    id: "a",
  });
  const trial = {
    trial: 1,
    phase: "training",
    epoch: 1,
    epochs: 2,
    step: 3,
    steps: 4,
    imagesPerSecond: 5,
    trainLoss: null,
    trainAccuracy: 0.5,
  };
  expect(parseAnnouncement({ kind: "live", id: "a", trials: [trial] })).toMatchObject({
    kind: "live",
  });
  for (const wrong of [
    null,
    1,
    "live",
    {},
    { kind: "other" },
    { kind: "appended" },
    { kind: "appended", id: {} },
    { kind: "live", id: "a", trials: [{ ...trial, phase: "<script>" }] },
    { kind: "live", id: "a", trials: [{ ...trial, step: NaN }] },
    { kind: "live", id: "a", trials: "x" },
    JSON.parse('{"__proto__":{"kind":"list"}}'),
  ])
    // prettier-ignore
    expect(parseAnnouncement(wrong)).toBeNull();
});
