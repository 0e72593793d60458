import { expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import {
  allSpecs,
  parseSearchSpace,
  searchSpaceLimits,
  serializeSearchSpace,
  type NniReading,
} from "../../../src/core/search-space/index.ts";

const p = (_type: string, ..._value: unknown[]) => ({ _type, _value });

function refusal(object: unknown, reading: NniReading = "2.1"): AppError {
  try {
    parseSearchSpace(object, { reading });
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("was accepted");
}

const every = {
  choice: p("choice", "a", 1, true, null),
  randint: p("randint", 1, 5),
  uniform: p("uniform", 0, 1),
  quniform: p("quniform", 0, 10, 2.5),
  loguniform: p("loguniform", 1e-4, 0.1),
  qloguniform: p("qloguniform", 1, 100, 5),
  normal: p("normal", 0, 1),
  qnormal: p("qnormal", 0, 1, 0.5),
  lognormal: p("lognormal", 0, 1),
  qlognormal: p("qlognormal", 0, 1, 0.5),
  layer: p("choice", { _name: "Empty" }, { _name: "conv", kernel: p("choice", 1, 3, 5) }),
};

test("every NNI type and nested choices parse, and serialise back to the same JSON", () => {
  const space = parseSearchSpace(every);
  expect(allSpecs(space).map((spec) => spec.path)).toEqual([
    ...Object.keys(every),
    "layer[1:conv].kernel",
  ]);
  expect(serializeSearchSpace(space)).toEqual(every);
});

test("choices nest to any depth up to the limit", () => {
  const nest = (depth: number): unknown =>
    depth === 1
      ? p("choice", 1, 2)
      : p("choice", { _name: "inner", deeper: nest(depth - 1) }, { _name: "end" });
  const deep = parseSearchSpace({ a: nest(searchSpaceLimits.depth) });
  expect(allSpecs(deep)).toHaveLength(searchSpaceLimits.depth);
  expect(refusal({ a: nest(searchSpaceLimits.depth + 1) }).code).toBe("search-space-invalid");
});

test("all problems are reported at once, each with path, value, expectation and remedy", () => {
  const error = refusal({
    lr: p("uniform", 0.1, 0.001),
    width: p("loguniform", 0, 1),
    layers: 3,
    kind: p("coice", 1),
    depth: p("randint", 1.5, 3),
    block: p("choice", { _name: "a", x: p("normal", 0, -1) }),
  });
  expect(error.code).toBe("search-space-invalid");
  expect(error.details).toMatchObject({ problems: 6, path: "lr._value", value: "[0.1,0.001]" });
  for (const words of [
    "lr._value: expected low below high, got [0.1,0.001]. The bounds are inverted: write [0.001, 0.1].",
    "width._value[0]: expected a lower bound above 0 for loguniform, got 0.",
    'layers: expected an object with "_type" and "_value", got 3. For a constant write',
    "kind._type: expected one of choice,",
    "depth._value: expected two integers [low, high), got [1.5,3].",
    "block[0:a].x._value[1]: expected a standard deviation sigma above 0, got -1.",
  ])
    expect(error.message).toContain(words);
});

test.each([
  ["no object", 5],
  ["a list", []],
  ["an empty space", {}],
  ["nothing but reserved keys", { _constraints: [] }],
  ["no list of values", { a: { _type: "choice", _value: 3 } }],
  ["no options", { a: p("choice") }],
  ["numbers in quotes", { a: p("uniform", "0", "1") }],
  ["too few numbers", { a: p("quniform", 0, 1) }],
  ["too many numbers", { a: p("uniform", 0, 1, 2) }],
  ["NaN", { a: p("uniform", NaN, 1) }],
  ["infinity", { a: p("uniform", 0, Infinity) }],
  ["equal bounds", { a: p("uniform", 1, 1) }],
  ["an empty integer range", { a: p("randint", 3, 3) }],
  ["a step of zero", { a: p("quniform", 0, 1, 0) }],
  ["a negative step", { a: p("qnormal", 0, 1, -1) }],
  ["a foreign key beside _type", { a: { ...p("choice", 1), extra: 1 } }],
  ["an empty name", { "": p("choice", 1) }],
  ["a name that is too long", { ["a".repeat(101)]: p("choice", 1) }],
  ["a polluting name", JSON.parse('{"__proto__": {"_type": "choice", "_value": [1]}}')],
  ["classic architecture search", { a: p("layer_choice", "x") }],
  ["one option name twice", { a: p("choice", { _name: "x" }, { _name: "x" }) }],
  ["too many options", { a: p("choice", ...Array.from({ length: 10_001 }, (_, i) => i)) }],
  [
    "too many parameters",
    Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`p${i}`, p("choice", 1)])),
  ],
  ["an option that is too long", { a: p("choice", "x".repeat(2_001)) }],
])("%s is refused", (_, object) => {
  expect(refusal(object).code).toBe("search-space-invalid");
});

test("a path names one parameter: a name that reads like a nested parameter's path is refused", () => {
  const nested = { a: p("choice", { _name: "x", b: p("uniform", 0, 1) }) };
  const error = refusal({ ...nested, "a[0:x].b": p("uniform", 0, 1) });
  expect(error.message).toContain(
    'a[0:x].b: expected a path used once in this space, got "a[0:x].b"',
  );
  expect(refusal({ "a[0:x].b": p("uniform", 0, 1), ...nested }).code).toBe("search-space-invalid");
  expect(allSpecs(parseSearchSpace({ ...nested, "a[0:x]": p("uniform", 0, 1) }))).toHaveLength(3);
});

test("NNI 2.1 demands _name of every object option; NNI 3.0 takes such options as plain values", () => {
  const object = { a: p("choice", { _name: "x", k: p("choice", 1) }, { b: 1 }) };
  expect(refusal(object).message).toContain("a._value[1]._name");
  const space = parseSearchSpace(object, { reading: "3.0" });
  expect(allSpecs(space)).toHaveLength(1);
});

test("a mixed choice nests option by option in 2.1 and is opaque in 3.0", () => {
  const object = { a: p("choice", { _name: "x", k: p("choice", 1) }, 7) };
  expect(allSpecs(parseSearchSpace(object))).toHaveLength(2);
  expect(allSpecs(parseSearchSpace(object, { reading: "3.0" }))).toHaveLength(1);
});

test("fractional randint bounds are rounded up in 3.0 and refused in 2.1", () => {
  expect(
    parseSearchSpace({ a: p("randint", 0.5, 3.2) }, { reading: "3.0" }).parameters[0],
  ).toMatchObject({
    low: 1,
    high: 4,
  });
  expect(refusal({ a: p("randint", 0.5, 3.2) }).code).toBe("search-space-invalid");
});

test("the form of BatchTuner, one choice of whole configurations, is accepted in both readings", () => {
  const object = { combine: p("choice", { lr: 0.1 }, { lr: 0.2 }) };
  for (const reading of ["2.1", "3.0"] as const)
    expect(parseSearchSpace(object, { reading }).parameters).toHaveLength(1);
});

test("parsing copies: later changes to the object do not reach the space", () => {
  const object = { a: p("choice", ["x"]) };
  const space = parseSearchSpace(object);
  (object.a._value[0] as string[])[0] = "changed";
  expect(space.parameters[0]).toMatchObject({ options: [{ value: ["x"] }] });
});
