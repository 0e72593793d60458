import { expect, test, vi } from "vitest";
import { AppError, type ErrorCode } from "../../../src/core/errors.ts";
import { parseSearchSpace } from "../../../src/core/search-space/index.ts";
import { createAnalysisService } from "../../../src/experiment/workers/analysis-service.ts";
import type { WorkerClient } from "../../../src/experiment/workers/worker-client.ts";
import { AnalysisWorkerApi } from "../../../workers/analysis/api.ts";
import { asWritten } from "../../../src/core/words/index.ts";

vi.mock("../../../workers/analysis.worker.ts?worker&url", () => ({ default: "analysis.js" }));
vi.mock("../../../workers/trial.worker.ts?worker&url", () => ({ default: "trial.js" }));
vi.mock("../../../workers/dataset.worker.ts?worker&url", () => ({ default: "dataset.js" }));

const question = {
  tuner: { name: "Random", classArgs: {} },
  space: parseSearchSpace({ x: { _type: "uniform", _value: [0, 1] } }),
  history: [],
  stream: [1, 0, "suggest"],
};

/** A worker that answers, or ends as it is told: null lives, a code is the error it throws – and dies of, if it says so. */
function workers(...fates: readonly (ErrorCode | null)[]): {
  readonly made: number;
  open(): WorkerClient<AnalysisWorkerApi>;
} {
  let made = 0;
  return {
    get made() {
      return made;
    },
    open() {
      const fate = fates[made++] ?? null;
      let dead = false;
      return {
        async call(method) {
          if (fate === null) return method(new AnalysisWorkerApi() as never);
          dead = fate.startsWith("worker-");
          throw new AppError(fate, asWritten("injected"));
        },
        terminate: () => undefined,
        setHangTimeout: () => undefined,
        get isDead() {
          return dead;
        },
      };
    },
  };
}

test("one worker is made with the first question and answers all of them", async () => {
  const pool = workers();
  const analysis = createAnalysisService(pool.open);
  expect(pool.made).toBe(0);
  const first = await analysis.suggest(question);
  expect(await analysis.suggest(question)).toEqual(first);
  expect(pool.made).toBe(1);
});

test.each(["worker-died", "worker-timeout"] as const)(
  "after a %s the worker is replaced and the question asked once more",
  async (code) => {
    const pool = workers(code);
    const answer = await createAnalysisService(pool.open).suggest(question);
    expect(answer).toEqual(await createAnalysisService(workers().open).suggest(question));
    expect(pool.made).toBe(2);
  },
);

test("a question that kills two workers is given up, and the next question gets a new worker", async () => {
  const pool = workers("worker-died", "worker-died");
  const analysis = createAnalysisService(pool.open);
  await expect(analysis.suggest(question)).rejects.toMatchObject({ code: "worker-died" });
  expect(pool.made).toBe(2);
  expect((await analysis.suggest(question)).kind).toBe("trial");
  expect(pool.made).toBe(3);
});

test("what the tuner itself refuses is not asked again", async () => {
  const pool = workers("search-space-exhausted");
  const asked = createAnalysisService(pool.open).suggest(question);
  await expect(asked).rejects.toMatchObject({ code: "search-space-exhausted" });
  expect(pool.made).toBe(1);
});
