import { expect, test } from "vitest";
import { reduceJournal, type JournalEvent } from "../../../src/core/journal/index.ts";
import { adoptJournal, decodeFile, encodeFile } from "../../../src/experiment/formats/file.ts";
import { journalOf, stateOf } from "./examples.ts";

test("a file carries the journal exactly", async () => {
  const events = journalOf(6, 5);
  const read = await decodeFile(encodeFile(events));
  expect(read.events).toEqual(events);
  expect(read.state).toEqual(stateOf(6, 5));
});

test("a file names no weights of the browser it was made in", async () => {
  const events = journalOf(1, 1);
  const at = events.findIndex((event) => event.type === "trial-ended");
  const checkpoint = { path: "a/b", sha256: "0", sizeBytes: 1, epoch: 1, step: 0 };
  const saved: JournalEvent = { seq: at, at: 0, type: "checkpoint-saved", trial: 0, checkpoint };
  const journal = [...events.slice(0, at), saved, ...events.slice(at)].map((event, seq) => ({
    ...event,
    seq,
  }));
  const blob = encodeFile(journal);
  expect(await blob.text()).not.toContain("a/b");
  expect((await decodeFile(blob)).events).toEqual(events);
});

test("an experiment kept from a file is the same under its new id, and what was running there rests", async () => {
  const events = journalOf(2, 3);
  const adopted = reduceJournal(adoptJournal(events, "mine"));
  const { definition, ...rest } = reduceJournal(events);
  expect(adopted.definition).toEqual({ ...definition, id: "mine" });
  expect(adopted.trials).toEqual(rest.trials);
  expect(adopted.name).toBe(rest.name);
  const last = events.at(-1)!;
  const running: JournalEvent[] = [
    ...events,
    { seq: last.seq + 1, at: last.at + 5, type: "status-changed", status: "running", reason: "x" },
  ];
  const kept = reduceJournal(adoptJournal(running, "mine"));
  expect(kept).toMatchObject({ status: "paused", runningSince: null });
  expect(kept.elapsedMs).toBe(reduceJournal(events).elapsedMs);
});

test("a file made while the experiment ran shows it at rest, with the time up to the export", async () => {
  const all = journalOf(2, 3);
  const running = all.slice(0, -1);
  const read = await decodeFile(encodeFile(running));
  expect(read.events).toEqual(running);
  expect(read.state).toMatchObject({ status: "paused", runningSince: null });
  expect(read.state.elapsedMs).toBe(running.at(-1)!.at - all[1]!.at);
  expect(read.state.trials).toEqual(reduceJournal(running).trials);
});

test("a file that names weights, which would be another experiment's, is refused", async () => {
  const events = journalOf(1, 1);
  const checkpoint = { path: "a/b", sha256: "0", sizeBytes: 1, epoch: 1, step: 0 };
  const at = events.findIndex((event) => event.type === "trial-ended");
  const named: unknown = { seq: at, at: 0, type: "checkpoint-saved", trial: 0, checkpoint };
  const journal = [...events.slice(0, at), named, ...events.slice(at)].map((event, seq) =>
    Object.assign({}, event, { seq }),
  );
  const text = JSON.stringify({ format: "tabtune-experiment", version: 1, events: journal });
  await expect(decodeFile(new Blob([text]))).rejects.toMatchObject({ code: "file-invalid" });
});

test("what is no experiment file is refused by name", async () => {
  for (const text of ["", "null", "[]", "{}", '{"format":"other"}', "\u0000"])
    await expect(decodeFile(new Blob([text]))).rejects.toMatchObject({ code: "file-invalid" });
});
