import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { decodeFact, factLimits } from "../../../src/core/facts/decode.ts";
import { finiteFacts, inWords, type Fact } from "../../../src/core/facts/index.ts";
import { factExamples } from "./examples.ts";

const optional: Readonly<Record<string, readonly string[]>> = {
  picked: ["inside"],
  assumed: ["metric"],
  purpose: ["among"],
  density: ["together"],
  fitted: ["earlyStopped", "pending", "noise", "signal", "lengthScales", "lengthScale"],
};
const refusal = (value: unknown): unknown => {
  try {
    return { accepted: decodeFact(value) };
  } catch (error) {
    return error;
  }
};

describe.each(Object.values(factExamples))("$kind", (fact) => {
  test("survives JSON and its decoder as a new object", () => {
    const decoded = decodeFact(JSON.parse(JSON.stringify(fact)));
    expect(decoded).toEqual(fact);
    expect(decodeFact(fact)).not.toBe(fact);
  });

  test("leaves behind what is no field of it", () => {
    expect(decodeFact({ ...fact, evil: 1, toString: "x" })).toEqual(fact);
  });

  test("is refused without any one of the fields it must have, and with a wrong one", () => {
    for (const field of Object.keys(fact).filter((key) => key !== "kind")) {
      const { [field]: _, ...rest } = fact as unknown as Record<string, unknown>;
      if (optional[fact.kind]?.includes(field)) expect(decodeFact(rest)).toEqual(rest);
      else expect(refusal(rest)).toBeInstanceOf(AppError);
      for (const wrong of [NaN, Infinity, -1.5, "x", null, [], {}]) {
        const result = refusal({ ...rest, [field]: wrong });
        if (result instanceof AppError)
          expect(result).toMatchObject({
            code: "journal-invalid",
            details: { path: expect.stringMatching(`^fact\\.${field}`) as string },
          });
        // What is accepted is a value of the field, never a copy of rubbish.
        else expect(result).toEqual({ accepted: { ...rest, [field]: wrong } });
      }
      expect(refusal({ ...rest, [field]: NaN })).toBeInstanceOf(AppError);
    }
  });
});

test("a kind that this build does not know is left out, also one that the prototype has", () => {
  for (const kind of ["invented", "constructor", "__proto__", "toString"])
    expect(decodeFact(JSON.parse(`{"kind":"${kind}"}`))).toBeNull();
});

test("what is no fact at all is refused", () => {
  for (const value of [null, 3, "x", [], {}, { kind: 3 }, { kind: "x".repeat(300) }])
    expect(refusal(value)).toMatchObject({ code: "journal-invalid" });
});

test("lists have a least and a greatest length", () => {
  const near = (length: number): unknown => ({ kind: "near", trials: Array(length).fill(1) });
  expect(refusal(near(0))).toBeInstanceOf(AppError);
  expect(refusal(near(factLimits.trials + 1))).toBeInstanceOf(AppError);
  expect(decodeFact(near(factLimits.trials))).not.toBeNull();
});

test("a fact with a figure that JSON cannot hold is not said, the others are", () => {
  const overflown: Fact[] = [
    { kind: "improvement", expected: Infinity },
    factExamples.expected,
    {
      kind: "predictions",
      candidates: [{ ...factExamples.predictions.candidates[0]!, mean: NaN }],
    },
  ];
  expect(finiteFacts(overflown)).toEqual([factExamples.expected]);
});

test("words are looked up by kind", () => {
  const words = {
    near: ({ trials }: { readonly trials: readonly number[] }) => `near ${trials.join()}`,
    left: ({ trial }: { readonly trial: number }) => `left ${trial}`,
  };
  expect(inWords(words, factExamples.near)).toBe("near 1");
  expect(inWords(words, factExamples.left)).toBe("left 0");
});
