import { expect, test } from "vitest";
import { precisionOn } from "../../../src/experiment/draft/precision.ts";
import { Bench, definition, flush } from "../fakes.ts";

const gpu = { backend: "webgpu", halfPrecision: true, halfSpeedup: 1.6 } as const;
const software = { ...gpu, halfSpeedup: null };
const slower = { ...gpu, halfSpeedup: 1.1 };
const without = { ...gpu, halfPrecision: false, halfSpeedup: null };
const webgl = { ...without, backend: "webgl" } as const;

test("precision: automatic is half only where that was measured to be clearly faster, and nothing is half without 16-bit floats", () => {
  const automatic = [gpu, software, slower, without, webgl, null].map((device) =>
    precisionOn(device, "auto"),
  );
  expect(automatic).toEqual(["f16", "f32", "f32", "f32", "f32", "f32"]);
  const asked = [gpu, software, slower, without, webgl, null].map((device) =>
    precisionOn(device, "f16"),
  );
  expect(asked).toEqual(["f16", "f16", "f16", "f32", "f32", "f32"]);
  expect(precisionOn(gpu, "f32")).toBe("f32");
  expect(precisionOn(gpu), "older experiments").toBe("f32");
});

const { training } = definition().config;
const automatic = { trialConcurrency: 1, training: { ...training, precision: "auto" } } as const;

test("a trial goes on in the precision it began with, whatever the device is measured to be later; the next one follows the device", async () => {
  const bench = new Bench({ ...automatic, maxTrialNumber: 2 });
  bench.pool.device = gpu;
  await bench.orchestrator.run("user");
  await flush();
  await bench.step();
  expect(bench.pool.busy[0]!.job).toMatchObject({ trial: 0, precision: "f16" });
  bench.pool.device = slower;
  await bench.reopen();
  expect(bench.pool.busy[0]!.job).toMatchObject({ trial: 0, attempt: 2, precision: "f16" });
  await bench.runToEnd();
  expect(bench.orchestrator.state.trials.map(({ precision }) => precision)).toEqual(["f16", "f32"]);
});

test("a trial in half precision goes on in single where the device has none, and its journal says so", async () => {
  const bench = new Bench({ ...automatic, maxTrialNumber: 1 });
  bench.pool.device = gpu;
  await bench.orchestrator.run("user");
  await flush();
  await bench.step();
  bench.pool.device = webgl;
  await bench.reopen();
  expect(bench.pool.busy[0]!.job).toMatchObject({ attempt: 2, precision: "f32" });
  await bench.runToEnd();
  const attempts = bench.journal.filter((event) => event.type === "attempt-started");
  expect(attempts.map(({ precision }) => precision)).toEqual(["f16", "f32"]);
  expect(bench.statuses()).toEqual(["SUCCEEDED"]);
});

test("the winner is tested in the precision its metrics were measured with", async () => {
  const bench = new Bench({ ...automatic, maxTrialNumber: 1 });
  bench.pool.device = gpu;
  await bench.orchestrator.run("user");
  await flush();
  await bench.runToEnd();
  expect(bench.pool.runners.map(({ tested }) => tested?.precision)).toEqual(["f16"]);
});
