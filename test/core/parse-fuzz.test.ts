import fc from "fast-check";
import { expect, test } from "vitest";
import {
  AppError,
  checkParameters,
  createRng,
  effectiveKey,
  parseExperimentConfig,
  parseSearchSpace,
  sampleParameters,
  serializeSearchSpace,
  type JsonObject,
} from "../../src/core/index.ts";

const number = fc.oneof(
  fc.integer({ min: -9, max: 9 }),
  fc.double(),
  fc.constantFrom(0, 1, 1e-300, 1e300, NaN, Infinity),
);
const type = fc.constantFrom(
  "choice",
  "randint",
  "uniform",
  "quniform",
  "loguniform",
  "qloguniform",
  "normal",
  "qnormal",
  "lognormal",
  "qlognormal",
  "other",
);
const { spec } = fc.letrec((tie) => ({
  option: fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.dictionary(
      fc.constantFrom("_name", "a", "b", "__proto__"),
      fc.oneof(fc.string(), tie("spec")),
      { maxKeys: 3 },
    ),
  ),
  spec: fc.record({
    _type: type,
    _value: fc.array(fc.oneof({ depthSize: "small" }, number, tie("option")), { maxLength: 4 }),
  }),
}));
/** Well-formed but with numbers of any size: the arity and order are right, the values are not always. */
const near = fc
  .tuple(
    type,
    fc.double({ noNaN: true, min: -1e3, max: 1e3 }),
    fc.double({ noNaN: true, min: 0, max: 1e3 }),
    fc.double({ noNaN: true, min: 1e-2, max: 10 }),
  )
  .map(([_type, low, width, q]) => {
    const start = _type.includes("log") && !_type.includes("normal") ? Math.abs(low) : low;
    const second = _type.includes("normal") ? width / 100 : start + width;
    const values =
      _type === "choice"
        ? [low, width, "text"]
        : _type === "randint"
          ? [Math.round(low), Math.round(low + width)]
          : [_type.includes("lognormal") ? low / 100 : start, second];
    return { _type, _value: /^q/.test(_type) ? [...values, q] : values };
  });
const space = fc.oneof(
  fc.dictionary(
    fc.constantFrom("lr", "width", "layer", "_constraints", "_initial", "x"),
    fc.oneof(spec, fc.jsonValue({ maxDepth: 1 })),
    { maxKeys: 4 },
  ),
  fc.dictionary(fc.constantFrom("lr", "width", "layer", "x"), near, { minKeys: 1, maxKeys: 4 }),
);

const seed = 71;

test(`2,000 random search spaces are refused by name or sample within themselves (seed ${seed})`, () => {
  let accepted = 0;
  fc.assert(
    fc.property(space, fc.constantFrom("2.1" as const, "3.0" as const), (object, reading) => {
      let parsed;
      try {
        parsed = parseSearchSpace(object, { reading });
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        expect(error).toMatchObject({ code: "search-space-invalid" });
        return;
      }
      accepted++;
      const again = parseSearchSpace(serializeSearchSpace(parsed), { reading });
      expect(again).toEqual(parsed);
      const parameters = sampleParameters(parsed, createRng(seed));
      checkParameters(parsed, parameters);
      expect(effectiveKey(parsed, JSON.parse(JSON.stringify(parameters)) as JsonObject)).toBe(
        effectiveKey(parsed, parameters),
      );
    }),
    { seed, numRuns: 2_000 },
  );
  expect(accepted).toBeGreaterThan(100);
});

const fields = [
  "experimentName",
  "maxTrialNum",
  "maxTrialNumber",
  "trialConcurrency",
  "maxExecDuration",
  "tuner",
  "advisor",
  "assessor",
  "searchSpace",
  "trial",
  "tabtune",
  "unknown",
];
const inner = fc.dictionary(
  fc.constantFrom(
    "name",
    "builtinTunerName",
    "classArgs",
    "codeDir",
    "dataset",
    "reading",
    "metric",
  ),
  fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom("TPE", "Random", "cifar10")),
  { maxKeys: 3 },
);
const config = fc.dictionary(
  fc.constantFrom(...fields),
  fc.oneof(fc.jsonValue({ maxDepth: 2 }), inner, fc.integer({ min: 0, max: 10 })),
  { maxKeys: 4 },
);

test(`2,000 random configurations end in a configuration or an AppError, never in another error (seed ${seed})`, () => {
  fc.assert(
    fc.property(config, (object) => {
      try {
        expect(parseExperimentConfig(object).trialConcurrency).toBeGreaterThanOrEqual(1);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        expect(error.code).not.toBe("internal");
      }
    }),
    { seed, numRuns: 2_000 },
  );
});
