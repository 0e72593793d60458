import { expect, test } from "vitest";
import { gathered } from "../../../src/experiment/tab/gathered.ts";
import { FakeClock } from "../fakes.ts";

test("of many changes in quick succession the last is told, once, and a later one again", async () => {
  const clock = new FakeClock();
  let state = "running";
  const told: string[] = [];
  const tell = gathered(clock, 500, () => told.push(state));
  tell();
  for (const next of ["tested", "done"]) {
    await clock.advance(10);
    state = next;
    tell();
  }
  await clock.advance(500);
  expect(told).toEqual(["done"]);
  state = "running";
  tell();
  await clock.advance(500);
  expect(told).toEqual(["done", "running"]);
});
