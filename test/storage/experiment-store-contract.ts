import { beforeEach, describe, expect, test } from "vitest";
import type { JournalEvent } from "../../src/core/journal/events.ts";
import type { ExperimentStore } from "../../src/storage/experiments/experiment-store.ts";
import { checkpointSaved, created, journal, note, report } from "./events.ts";

/** What every ExperimentStore must obey; `reopen` gives the store as a new page would find it. */
export function testExperimentStore(
  name: string,
  open: () => Promise<{ store: ExperimentStore; reopen: () => Promise<ExperimentStore> }>,
): void {
  describe(`${name} keeps the contract of the experiment store:`, () => {
    let store: ExperimentStore;
    let reopen: () => Promise<ExperimentStore>;
    const strict = { durability: "strict" } as const;
    const relaxed = { durability: "relaxed" } as const;
    beforeEach(async () => {
      ({ store, reopen } = await open());
    });
    const refused = (promise: Promise<unknown>): Promise<void> =>
      expect(promise).rejects.toMatchObject({ code: "journal-invalid" });

    test("a new store has no experiments", async () => {
      expect(await store.list()).toEqual([]);
      expect(await store.checkpoints()).toEqual([]);
    });
    test("an unknown experiment has no entry, no events and no checkpoints", async () => {
      expect(await store.get("none")).toBeNull();
      expect(await store.read("none")).toEqual([]);
      expect(await store.checkpoints("none")).toEqual([]);
    });
    test("the first event makes an experiment with its name and times", async () => {
      const { entry } = await store.append("a", [created("a", 5)], strict);
      expect(entry).toEqual({
        id: "a",
        name: "experiment a",
        createdAt: 5,
        updatedAt: 5,
        nextSeq: 1,
        summary: null,
      });
      expect(await store.get("a")).toEqual(entry);
    });
    test("events are read back exactly and in order", async () => {
      const events = journal("a", 30);
      await store.append("a", events, relaxed);
      expect(await store.read("a")).toEqual(events);
    });
    test("appends add up", async () => {
      const events = journal("a", 12);
      for (let i = 0; i < 12; i += 3) await store.append("a", events.slice(i, i + 3), relaxed);
      expect(await store.read("a")).toEqual(events);
      expect((await store.get("a"))?.nextSeq).toBe(12);
    });
    test("reading starts where it is asked to", async () => {
      const events = journal("a", 10);
      await store.append("a", events, relaxed);
      expect(await store.read("a", 7)).toEqual(events.slice(7));
      expect(await store.read("a", 10)).toEqual([]);
      expect(await store.read("a", 99)).toEqual([]);
    });
    test("what was appended is there after reopening", async () => {
      const events = journal("a", 4);
      await store.append("a", events, { ...strict, summary: { best: 0.5 } });
      const again = await reopen();
      expect(await again.read("a")).toEqual(events);
      expect((await again.get("a"))?.summary).toEqual({ best: 0.5 });
    });
    test("an experiment cannot begin with anything but its creation", async () => {
      await refused(store.append("a", [note(0)], strict));
      await refused(store.append("a", [created("b", 0)], strict));
      expect(await store.list()).toEqual([]);
    });
    test("an experiment cannot begin in the middle", async () => {
      await refused(store.append("a", [note(3)], strict));
      expect(await store.get("a")).toBeNull();
    });
    test("an empty append to an unknown experiment is refused", async () => {
      await refused(store.append("a", [], strict));
    });
    test("an empty append to a known experiment changes only the summary", async () => {
      await store.append("a", journal("a", 2), relaxed);
      await store.append("a", [], { ...relaxed, summary: { status: "done" } });
      expect((await store.get("a"))?.nextSeq).toBe(2);
      expect((await store.get("a"))?.summary).toEqual({ status: "done" });
    });
    test("a gap is refused and nothing is written", async () => {
      await store.append("a", journal("a", 3), relaxed);
      await refused(store.append("a", [note(4)], relaxed));
      expect(await store.read("a")).toEqual(journal("a", 3));
    });
    test("a repeated event is refused", async () => {
      await store.append("a", journal("a", 3), relaxed);
      await refused(store.append("a", [note(2)], relaxed));
      await refused(store.append("a", [created("a", 0)], relaxed));
    });
    test("an append with a gap inside writes none of its events", async () => {
      await store.append("a", journal("a", 2), relaxed);
      await refused(store.append("a", [note(2), note(3), note(5)], relaxed));
      expect(await store.read("a")).toHaveLength(2);
      expect((await store.get("a"))?.nextSeq).toBe(2);
    });
    test("events in the wrong order are refused", async () => {
      await store.append("a", journal("a", 2), relaxed);
      await refused(store.append("a", [note(3), note(2)], relaxed));
    });
    test("of two writers with the same next event exactly one wins", async () => {
      await store.append("a", journal("a", 2), relaxed);
      const results = await Promise.allSettled([
        store.append("a", [note(2, "first")], relaxed),
        store.append("a", [note(2, "second")], relaxed),
      ]);
      expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
      expect(await store.read("a")).toHaveLength(3);
    });
    test("appends that were not awaited one by one keep their order", async () => {
      const events = journal("a", 40);
      await Promise.all(events.map((event) => store.append("a", [event], relaxed)));
      expect(await store.read("a")).toEqual(events);
    });
    test("experiments do not mix", async () => {
      await store.append("a", journal("a", 5), relaxed);
      await store.append("ab", journal("ab", 3), relaxed);
      await store.append("A", journal("A", 2), relaxed);
      expect(await store.read("a")).toEqual(journal("a", 5));
      expect(await store.read("ab")).toEqual(journal("ab", 3));
      expect(await store.read("A")).toEqual(journal("A", 2));
    });
    test("the list is ordered by last change, newest first", async () => {
      for (const [id, at] of [
        ["a", 10],
        ["b", 30],
        ["c", 20],
      ] as const)
        await store.append(id, [created(id, at)], relaxed);
      expect((await store.list()).map((entry) => entry.id)).toEqual(["b", "c", "a"]);
      await store.append("a", [{ ...note(1), at: 40 }], relaxed);
      expect((await store.list()).map((entry) => entry.id)).toEqual(["a", "b", "c"]);
    });
    test("a summary stays until it is replaced", async () => {
      await store.append("a", journal("a", 1), {
        ...relaxed,
        summary: { best: 0.1, list: [1, 2] },
      });
      await store.append("a", [note(1)], relaxed);
      expect((await store.get("a"))?.summary).toEqual({ best: 0.1, list: [1, 2] });
      await store.append("a", [note(2)], { ...relaxed, summary: { best: 0.2 } });
      expect((await store.get("a"))?.summary).toEqual({ best: 0.2 });
    });
    test("renaming is an event and changes the entry", async () => {
      await store.append("a", journal("a", 3), relaxed);
      const event = await store.rename("a", "better name", 99);
      expect(event).toEqual({ seq: 3, at: 99, type: "experiment-renamed", name: "better name" });
      expect(await store.read("a", 3)).toEqual([event]);
      expect(await store.get("a")).toMatchObject({
        name: "better name",
        updatedAt: 99,
        nextSeq: 4,
      });
    });
    test("an appended renaming changes the entry as well", async () => {
      await store.append("a", journal("a", 1), relaxed);
      const renamed: JournalEvent = { seq: 1, at: 7, type: "experiment-renamed", name: "x" };
      await store.append("a", [renamed], relaxed);
      expect((await store.get("a"))?.name).toBe("x");
    });
    test("an unknown experiment cannot be renamed", async () => {
      await refused(store.rename("a", "x", 1));
      expect(await store.list()).toEqual([]);
    });
    test("a name may be any text", async () => {
      await store.append("a", journal("a", 1), relaxed);
      for (const text of [
        "",
        "实验 1",
        "<img src=x onerror=alert(1)>",
        "\u0000\ud800",
        "__proto__",
      ]) {
        await store.rename("a", text, 1);
        expect((await store.get("a"))?.name).toBe(text);
      }
    });
    test("a removed experiment is gone with its events, the others stay", async () => {
      await store.append("a", journal("a", 5), relaxed);
      await store.append("b", journal("b", 5), relaxed);
      await store.remove("a");
      expect(await store.get("a")).toBeNull();
      expect(await store.read("a")).toEqual([]);
      expect(await store.read("b")).toHaveLength(5);
      expect(await (await reopen()).get("a")).toBeNull();
    });
    test("removing an unknown experiment is no error", async () => {
      expect(await store.remove("none")).toEqual([]);
    });
    test("a removed experiment can be created anew from the start", async () => {
      await store.append("a", journal("a", 5), relaxed);
      await store.remove("a");
      await store.append("a", [created("a", 77)], strict);
      expect(await store.read("a")).toEqual([created("a", 77)]);
    });
    test("nothing can be appended to a removed experiment", async () => {
      await store.append("a", journal("a", 5), relaxed);
      await store.remove("a");
      await refused(store.append("a", [note(5)], relaxed));
    });
    test("a saved checkpoint is named together with its event", async () => {
      await store.append("a", [...journal("a", 2), checkpointSaved(2, 0, "p/1")], relaxed);
      expect(await store.checkpoints("a")).toMatchObject([
        { path: "p/1", experimentId: "a", trial: 0, seq: 2, sizeBytes: 3 },
      ]);
    });
    test("a refused append names no checkpoint", async () => {
      await store.append("a", journal("a", 2), relaxed);
      await refused(store.append("a", [checkpointSaved(2, 0, "p/1"), note(9)], relaxed));
      expect(await store.checkpoints()).toEqual([]);
    });
    test("a newer checkpoint of a trial supersedes the older one and no other", async () => {
      const first = [checkpointSaved(1, 0, "p/1"), checkpointSaved(2, 1, "q/1")];
      await store.append("a", [created("a", 0), ...first], relaxed);
      const { superseded } = await store.append("a", [checkpointSaved(3, 0, "p/2")], relaxed);
      expect(superseded.map((one) => one.path)).toEqual(["p/1"]);
      expect((await store.checkpoints("a")).map((one) => one.path).sort()).toEqual(["p/2", "q/1"]);
    });
    test("the same trial number in another experiment keeps its checkpoint", async () => {
      await store.append("a", [created("a", 0), checkpointSaved(1, 0, "a/1")], relaxed);
      await store.append("b", [created("b", 0), checkpointSaved(1, 0, "b/1")], relaxed);
      const { superseded } = await store.append("b", [checkpointSaved(2, 0, "b/2")], relaxed);
      expect(superseded.map((one) => one.path)).toEqual(["b/1"]);
      expect((await store.checkpoints()).map((one) => one.path).sort()).toEqual(["a/1", "b/2"]);
    });
    test("naming the same file again supersedes nothing", async () => {
      await store.append("a", [created("a", 0), checkpointSaved(1, 0, "p")], relaxed);
      const { superseded } = await store.append("a", [checkpointSaved(2, 0, "p")], relaxed);
      expect(superseded).toEqual([]);
      expect(await store.checkpoints("a")).toMatchObject([{ path: "p", seq: 2 }]);
    });
    test("removing an experiment names the files that may go", async () => {
      const saved = [checkpointSaved(1, 0, "p"), checkpointSaved(2, 1, "q")];
      await store.append("a", [created("a", 0), ...saved], relaxed);
      expect((await store.remove("a")).map((one) => one.path).sort()).toEqual(["p", "q"]);
      expect(await store.checkpoints()).toEqual([]);
    });
    test("dropped checkpoints leave the index, their events stay", async () => {
      const events = [created("a", 0), checkpointSaved(1, 0, "p"), checkpointSaved(2, 1, "q")];
      await store.append("a", events, relaxed);
      await store.dropCheckpoints(["p", "unknown"]);
      expect((await store.checkpoints()).map((one) => one.path)).toEqual(["q"]);
      expect(await store.read("a")).toEqual(events);
    });
    test("numbers survive exactly, the extreme ones too", async () => {
      const extreme = [0.1 + 0.2, -0, 5e-324, 1.7976931348623157e308, NaN, Infinity, -Infinity];
      const events = [created("a", 0), ...extreme.map((value, i) => report(i + 1, value))];
      await store.append("a", events, relaxed);
      const read = await (await reopen()).read("a");
      const losses = read.flatMap((event) =>
        event.type === "epoch-finished" ? [event.report.trainLoss] : [],
      );
      expect(losses.length).toBe(extreme.length);
      losses.forEach((loss, i) => expect(Object.is(loss, extreme[i])).toBe(true));
    });
    test("changing what was written or read changes nothing stored", async () => {
      const events: JournalEvent[] = journal("a", 3);
      await store.append("a", events, relaxed);
      events.length = 0;
      const read = await store.read("a");
      Object.assign(read[0]!, { at: -1 });
      read.pop();
      Object.assign((await store.list())[0]!, { name: "changed" });
      expect(await store.read("a")).toEqual(journal("a", 3));
      expect((await store.get("a"))?.name).toBe("experiment a");
    });
    test("a writer that missed an event of another tab is refused until it has read it", async () => {
      await store.append("a", journal("a", 2), relaxed);
      await store.rename("a", "by another tab", 50);
      await refused(store.append("a", [note(2)], relaxed));
      await store.append("a", [note(3)], relaxed);
      expect((await store.read("a")).map((event) => event.type)).toEqual([
        "experiment-created",
        "note",
        "experiment-renamed",
        "note",
      ]);
    });
    test("strict and relaxed commits read back alike", async () => {
      const events = journal("a", 4);
      await store.append("a", events.slice(0, 2), strict);
      await store.append("a", events.slice(2), relaxed);
      expect(await store.read("a")).toEqual(events);
    });
    test("an event type of a newer build is kept as it is", async () => {
      const future = { seq: 1, at: 9, type: "from-the-future", payload: { deep: [1, null, "x"] } };
      await store.append("a", [created("a", 0), future as unknown as JournalEvent], relaxed);
      expect(await store.read("a", 1)).toEqual([future]);
    });
    test("a thousand events come back complete", async () => {
      const events = journal("a", 1000);
      await store.append("a", events, relaxed);
      expect(await store.read("a")).toEqual(events);
    });
  });
}
