import { expect, test } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { Asked } from "../../src/ui/state/asked.svelte.ts";
import { asWritten } from "../../src/core/words/index.ts";

/** A question that is answered when the test says so. */
function question(): { ask: () => Promise<number>; answer(value: number): void; fail(): void } {
  let settle: { resolve(value: number): void; reject(error: unknown): void };
  const promise = new Promise<number>((resolve, reject) => (settle = { resolve, reject }));
  return {
    ask: () => promise,
    answer: (value) => settle.resolve(value),
    fail: () => settle.reject(new AppError("worker-died", asWritten("injected"))),
  };
}
const rest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("the same key asks once, and an answer stands until the next one is there", async () => {
  const asked = new Asked<number>();
  let calls = 0;
  const ask = (value: number) => async (): Promise<number> => {
    calls++;
    return value;
  };
  asked.ask("a", ask(1));
  asked.ask("a", ask(2));
  await rest();
  expect([asked.answer, calls]).toEqual([1, 1]);
  const second = question();
  asked.ask("b", second.ask);
  await rest();
  expect(asked.answer).toBe(1);
  second.answer(3);
  await rest();
  expect(asked.answer).toBe(3);
});

test("an answer that comes late never replaces that of a newer question", async () => {
  const asked = new Asked<number>();
  const [first, second] = [question(), question()];
  asked.ask("a", first.ask);
  asked.ask("b", second.ask);
  second.answer(2);
  await rest();
  first.answer(1);
  await rest();
  expect(asked.answer).toBe(2);
});

test("a failure is kept as the error, and the next question may succeed", async () => {
  const asked = new Asked<number>();
  const [first, second] = [question(), question()];
  asked.ask("a", first.ask);
  first.fail();
  await rest();
  expect(asked.error?.code).toBe("worker-died");
  asked.ask("b", second.ask);
  second.answer(5);
  await rest();
  expect([asked.answer, asked.error]).toEqual([5, null]);
});

test("it says what it is doing: idle, asking, answered, failed, and whether the answer is an old one", async () => {
  const asked = new Asked<number>();
  const said = (): unknown[] => [asked.state, asked.stale, asked.answer];
  expect(said()).toEqual(["idle", false, null]);
  const [first, second] = [question(), question()];
  asked.ask("a", first.ask);
  expect(said()).toEqual(["asking", false, null]);
  first.answer(1);
  await rest();
  expect(said()).toEqual(["answered", false, 1]);
  asked.ask("b", second.ask);
  expect(said()).toEqual(["asking", true, 1]);
  second.fail();
  await rest();
  expect(said()).toEqual(["failed", false, null]);
});

test("where the answer before must not stand, it is gone with the new question", async () => {
  const asked = new Asked<number>();
  asked.ask("a", async () => 1);
  await rest();
  asked.ask("b", question().ask, "dropped");
  expect([asked.state, asked.answer]).toEqual(["asking", null]);
});

test("what was forgotten is not answered any more, and the same question is asked again", async () => {
  const asked = new Asked<number>();
  const first = question();
  asked.ask("a", first.ask);
  asked.forget();
  first.answer(1);
  await rest();
  expect([asked.state, asked.answer]).toEqual(["idle", null]);
  asked.ask("a", async () => 2);
  await rest();
  expect(asked.answer).toBe(2);
});
