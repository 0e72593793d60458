import { expect, test } from "vitest";
import {
  reduceJournal,
  type ExperimentState,
  type JournalEvent,
} from "../../../src/core/journal/index.ts";
import { decodeLink, encodeLink } from "../../../src/experiment/formats/link.ts";
import { printedState } from "../../fuzz/printed.ts";
import { journalOf, space, stateOf } from "./examples.ts";

test("a link of 8 trials × 12 epochs stays under 4 kB and shows the same numbers", async () => {
  const state = stateOf(8, 12);
  const fragment = await encodeLink(state);
  console.log(`link of 8 × 12: ${fragment.length} characters`);
  expect(fragment.length).toBeLessThan(4096);
  const shared = await decodeLink(`#${fragment}`);
  expect(printedState(shared.state)).toBe(printedState(state));
  expect(shared.source).toBe("link");
  expect(shared.definition.searchSpace).toEqual(space);
  expect(shared.definition.seed).toBe(state.definition.seed);
  expect(shared.definition.config).toEqual({ ...state.definition.config, notUsedHere: [] });
  expect(shared.state.status).toBe("done");
  expect(shared.state.elapsedMs).toBe(state.elapsedMs);
});

test("links of random experiments show the same numbers", async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const state = stateOf(1 + (seed % 9), 1 + (seed % 14), seed);
    const { state: read } = await decodeLink(await encodeLink(state));
    expect(printedState(read), `seed ${seed}`).toBe(printedState(state));
  }
});

test("an experiment that is too large for a link says so", async () => {
  await expect(encodeLink(stateOf(300, 40))).rejects.toMatchObject({ code: "link-too-large" });
});

test("a shared experiment that was running reads as paused", async () => {
  const state: ExperimentState = { ...stateOf(2, 2), status: "running" };
  expect((await decodeLink(await encodeLink(state))).state.status).toBe("paused");
});

test("a link made while the experiment runs tells how long it has run", async () => {
  const events = journalOf(2, 3).slice(0, -1);
  const { state } = await decodeLink(await encodeLink(reduceJournal(events)));
  // Was 0: the stretch that is still open had been left out.
  expect(state.elapsedMs).toBe(events.at(-1)!.at - events[1]!.at);
});

test("a link of an experiment that is ready again keeps its trials and its time", async () => {
  const events = journalOf(5, 3);
  const again = (["preparing", "idle"] as const).map((status, i): JournalEvent => ({
    ...{ type: "status-changed", status, reason: "interrupted" },
    ...{ seq: events.length + i, at: events.at(-1)!.at + i },
  }));
  const state = reduceJournal([...events, ...again]);
  expect(state.status).toBe("idle");
  const read = (await decodeLink(await encodeLink(state))).state;
  expect(printedState(read)).toBe(printedState(state));
  expect(read).toMatchObject({ status: "idle", statusReason: "interrupted" });
  expect(read.elapsedMs).toBe(state.elapsedMs);
});

test("a link of an experiment whose trials are another's history keeps them", async () => {
  const [created, ...rest] = journalOf(5, 3).filter(
    ({ type }) => type !== "status-changed" && type !== "attempt-started",
  );
  const events = [created!, ...rest].map((event, seq): JournalEvent =>
    event.type === "trial-added" ? { ...event, seq, origin: "imported" } : { ...event, seq },
  );
  const state = reduceJournal(events);
  const read = (await decodeLink(await encodeLink(state))).state;
  expect(state.trials).toHaveLength(5);
  expect(printedState(read)).toBe(printedState(state));
  expect(read).toMatchObject({ status: "idle", statusReason: "created", elapsedMs: 0 });
});
