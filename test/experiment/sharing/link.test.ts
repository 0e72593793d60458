import { expect, test } from "vitest";
import type { ExperimentState } from "../../../src/core/journal/index.ts";
import { decodeLink, encodeLink } from "../../../src/experiment/sharing/link.ts";
import { printedState } from "../../fuzz/printed.ts";
import { space, stateOf } from "./examples.ts";

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
