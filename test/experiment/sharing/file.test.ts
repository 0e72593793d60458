import { expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { reduceJournal, type JournalEvent } from "../../../src/core/journal/index.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import { adoptJournal, decodeFile, encodeFile } from "../../../src/experiment/sharing/file.ts";
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

test("500 seeded mutations of a file are refused with an AppError or read as a sound experiment", async () => {
  const text = await encodeFile(journalOf(2, 3)).text();
  for (let seed = 0; seed < 500; seed++) {
    const rng = createRng("file-mutation", seed);
    const at = rng.int(text.length);
    const piece = ["null", "{", "}", '"', "1e999", "-", "[", "]", ",", "__proto__"][rng.int(10)]!;
    const mutated = new Blob([text.slice(0, at), piece, text.slice(at + rng.int(12))]);
    try {
      const { state } = await decodeFile(mutated);
      expect(state.trials.length).toBeLessThanOrEqual(2);
    } catch (error) {
      expect(error, `seed ${seed}`).toBeInstanceOf(AppError);
    }
  }
});

test("what is no experiment file is refused by name", async () => {
  for (const text of ["", "null", "[]", "{}", '{"format":"other"}', "\u0000"])
    await expect(decodeFile(new Blob([text]))).rejects.toMatchObject({ code: "file-invalid" });
});
