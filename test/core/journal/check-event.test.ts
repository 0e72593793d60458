import { expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { checkEvent, checkJournal, type EventBody } from "../../../src/core/journal/index.ts";
import { createRng } from "../../../src/core/math/rng.ts";
import { factExamples } from "../facts/examples.ts";
import { added, attempt, definition, ended, epoch, journal, report } from "./events.ts";

const error = {
  code: "diverged",
  message: "NaN",
  details: { epoch: 3, why: null },
  words: { code: "loss-lost", values: { epoch: 3 } },
} as const;
const by = { member: "a", device: "Apple M2", engine: "webgpu" };
const model = { parameters: 11_173_962, macs: 555_422_720, bytes: 44_734_248, layers: 41 };
const samples = { indices: [1], labels: [2], probabilities: [[0.5, 0.5]] };
const oneOfEach: EventBody[] = [
  { type: "experiment-renamed", name: "n" },
  { type: "status-changed", status: "failed", reason: "error", error, activeMs: 1.5 },
  { type: "limits-changed", trialConcurrency: 3, maxDurationMs: null },
  added(0, {
    budget: 3,
    continueFrom: 0,
    tunerState: { rung: 1 },
    provenance: { source: "startup", startup: { done: 1, needed: 4 }, facts: [factExamples.near] },
  }),
  attempt(0),
  { type: "attempt-started", trial: 0, attempt: 2, precision: "f16", by },
  { type: "attempt-failed", trial: 0, attempt: 1, error, by },
  epoch(0, 1, 0.5),
  {
    type: "checkpoint-saved",
    trial: 0,
    checkpoint: { path: "a/b", sha256: "00", sizeBytes: 3, epoch: 1, step: 2 },
  },
  {
    ...ended(0, "FAILED", null),
    type: "trial-ended",
    trial: 0,
    status: "FAILED",
    final: null,
    durationMs: 1,
    reason: "x",
    facts: [factExamples["below-median"]],
    error,
    samples,
    activeMs: 2.5,
    model,
    by,
  },
  { type: "test-finished", trial: 0, testAccuracy: 0.5, testLoss: 1, testImages: 10, by },
  { type: "note", code: "gpu-lost", details: { a: 1 } },
  { type: "note-written", trial: 0, text: "worth another look" },
  { type: "trial-tagged", trial: null, tags: ["lr", "second try"] },
];

test("every kind of event survives JSON and the validator unchanged", () => {
  const events = journal(oneOfEach);
  const types = new Set(events.map((event) => event.type));
  expect(types.size).toBe(14);
  expect(checkJournal(JSON.parse(JSON.stringify(events)))).toEqual(events);
});

test("a new object is built: unknown fields are left behind and nothing is shared", () => {
  const event = journal([added(0)])[1]!;
  const foreign = { ...event, evil: 1, toString: "x" };
  const checked = checkEvent(foreign);
  expect(checked).toEqual(event);
  if (checked.type !== "trial-added" || event.type !== "trial-added") throw new Error("wrong type");
  expect(checked.parameters).not.toBe(event.parameters);
});

const explained = (provenance: unknown): unknown => {
  const event = checkEvent({ ...journal([added(0)])[1]!, provenance });
  return event.type === "trial-added" && event.provenance;
};

test("facts of a kind that came with a newer build are left out, broken ones of a known kind refused", () => {
  const facts = [{ kind: "invented", x: 1 }, factExamples.near, factExamples["below-median"]];
  expect(explained({ source: "model", facts })).toEqual({ source: "model", facts: facts.slice(1) });
  expect(() => explained({ source: "model", facts: [{ kind: "near", trials: "x" }] })).toThrow(
    /event\.provenance\.facts\[0\]\.trials: expected a list/,
  );
});

test("a suggestion of an older journal, which has details in place of facts, is read as facts", () => {
  const source = "startup";
  expect(explained({ source, details: { leaders: [1], variant: "x" } })).toEqual({
    source,
    facts: [factExamples.near],
  });
  expect(explained({ source, details: { variant: "tabtune" } })).toEqual({ source });
});

test("NaN travels through JSON as null and comes back", () => {
  const event = { seq: 1, at: 1, type: "epoch-finished", trial: 0, report: report(1, NaN) };
  const checked = checkEvent(JSON.parse(JSON.stringify(event)));
  expect(checked).toMatchObject({ report: { metric: NaN, validationAccuracy: NaN, trainLoss: 1 } });
});

test.each<[string, unknown]>([
  ["no object", 5],
  ["null", null],
  ["a list", []],
  ["an unknown type", { seq: 0, at: 0, type: "trial-invented" }],
  ["a type from the prototype", { seq: 0, at: 0, type: "constructor" }],
  ["a negative seq", { seq: -1, at: 0, type: "note", code: "a", details: {} }],
  ["a missing time", { seq: 0, type: "note", code: "a", details: {} }],
  [
    "an unknown status",
    {
      seq: 0,
      at: 0,
      type: "trial-ended",
      trial: 0,
      status: "DONE",
      final: 1,
      durationMs: 1,
      reason: null,
    },
  ],
  [
    "an unknown error code",
    {
      seq: 0,
      at: 0,
      type: "attempt-failed",
      trial: 0,
      attempt: 1,
      error: { code: "x", message: "", details: {} },
    },
  ],
  [
    "details that are objects",
    {
      seq: 0,
      at: 0,
      type: "attempt-failed",
      trial: 0,
      attempt: 1,
      error: { ...error, details: { a: {} } },
    },
  ],
  [
    "a trial number beyond the limit",
    { seq: 0, at: 0, type: "attempt-started", trial: 1e9, attempt: 1 },
  ],
  [
    "a device without end",
    {
      ...{ seq: 0, at: 0, type: "attempt-started", trial: 0, attempt: 1 },
      by: { device: "x".repeat(300) },
    },
  ],
  ["a fractional trial number", { seq: 0, at: 0, type: "attempt-started", trial: 0.5, attempt: 1 }],
  [
    "parameters that pollute",
    JSON.parse(
      '{"seq":0,"at":0,"type":"trial-added","trial":0,"parameters":{"a":{"__proto__":1}},"origin":"user","provenance":null,"epochs":1}',
    ),
  ],
  ["a text without end", { seq: 0, at: 0, type: "experiment-renamed", name: "x".repeat(1e5) }],
  [
    "a bad configuration",
    {
      seq: 0,
      at: 0,
      type: "experiment-created",
      definition: { ...definition, config: { ...definition.config, maxTrialNumber: 0 } },
    },
  ],
])("%s is refused with a path", (_, value) => {
  try {
    checkEvent(value);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(AppError);
    expect(thrown).toMatchObject({
      code: "journal-invalid",
      details: { path: expect.stringMatching(/^event/) },
    });
    return;
  }
  throw new Error("was accepted");
});

test("2,000 random mutations are either refused as journal-invalid or still events (seed 41)", () => {
  const rng = createRng(41);
  const events = journal(oneOfEach);
  const junk: readonly unknown[] = [
    undefined,
    null,
    NaN,
    -1,
    1e300,
    "",
    "x",
    [],
    {},
    true,
    { type: "note" },
  ];
  let refused = 0;
  for (let i = 0; i < 2_000; i++) {
    const copy = structuredClone(events[rng.int(events.length)]!) as unknown as Record<
      string,
      unknown
    >;
    let at = copy;
    for (;;) {
      const keys = Object.keys(at);
      const key = keys[rng.int(keys.length)]!;
      const inner = at[key];
      if (
        typeof inner === "object" &&
        inner !== null &&
        Object.keys(inner).length > 0 &&
        rng.int(2) === 0
      ) {
        at = inner as Record<string, unknown>;
        continue;
      }
      at[key] = junk[rng.int(junk.length)];
      break;
    }
    try {
      checkEvent(copy);
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: "journal-invalid" });
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(800);
});
