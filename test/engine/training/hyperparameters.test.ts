import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import type { ParameterSpec, SearchSpace } from "../../../src/core/search-space/types.ts";
import { checkSpaceForTraining } from "../../../src/engine/training/parameters/check-space.ts";
import {
  effectiveParameters,
  noParameterSettings,
  resolveHyperparameters,
} from "../../../src/engine/training/parameters/hyperparameters.ts";
import { learningRateAt, rateOfStep } from "../../../src/engine/training/schedule.ts";

const settings = (changes: object) => ({ ...noParameterSettings, ...changes });

const choice = (name: string, ...values: (string | number)[]): ParameterSpec => ({
  type: "choice",
  name,
  path: name,
  options: values.map((value) => ({ kind: "value", value })),
});
const space = (...parameters: ParameterSpec[]): SearchSpace => ({
  parameters,
  constraints: [],
  initial: [],
  reading: "3.0",
});

function failure(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("resolving a trial's parameters", () => {
  test("SGD without further keys has momentum 0.9 and weight decay 5e-4, the others PyTorch's defaults", () => {
    expect(resolveHyperparameters({ lr: 0.1, optimizer: "SGD" }).optimizer).toMatchObject({
      momentum: 0.9,
      weightDecay: 5e-4,
    });
    expect(resolveHyperparameters({ optimizer: "Adamax" }).optimizer).toMatchObject({
      name: "Adamax",
      weightDecay: 0,
      eps: 1e-8,
    });
    const sgd = resolveHyperparameters({ momentum: 0, weight_decay: 0.1 }).optimizer;
    expect(sgd).toMatchObject({ momentum: 0, weightDecay: 0.1 });
  });

  test("overrides win over parameters, parameters over defaults, inert keys do nothing", () => {
    const given = { epochs: 10, hidden_size: 124 };
    const resolved = resolveHyperparameters(
      given,
      settings({
        defaults: { width: 8, epochs: 3 },
        overrides: { epochs: 12 },
        inertKeys: ["hidden_size"],
      }),
    );
    expect(resolved).toMatchObject({
      epochs: 12,
      network: { name: "resnet18", parameters: { width: 8, hidden_size: 0 } },
    });
    expect(resolveHyperparameters(given, noParameterSettings, 2).epochs).toBe(2);
  });

  test.each([
    [{ lr: 0 }, "lr"],
    [{ conv_size: 8 }, "conv_size"],
    [{ conv_size: 2.5 }, "conv_size"],
    [{ dropout_rate: 1 }, "dropout_rate"],
    [{ optimizer: "LBFGS" }, "optimizer"],
    [{ batch_size: "64" }, "batch_size"],
    [{ convSize: 3 }, "convSize"],
  ])("%o is refused with path and remedy", (parameters, path) => {
    const error = failure(() => resolveHyperparameters(parameters));
    expect(error.code).toBe("parameter-invalid");
    expect(error.details["path"]).toBe(path);
    // The path, what is wrong, and what to do.
    expect(error.message).toMatch(/^[\w.]+: .+\. \w.+\.$/);
    expect(error.message.startsWith(`${path}: `)).toBe(true);
  });

  test("keys that do nothing do not distinguish configurations", () => {
    const same = (a: object, b: object, inertKeys: string[] = []) =>
      JSON.stringify(effectiveParameters({ ...a }, settings({ inertKeys }))) ===
      JSON.stringify(effectiveParameters({ ...b }, settings({ inertKeys })));
    expect(same({ optimizer: "Adam", momentum: 0.9 }, { optimizer: "Adam", momentum: 0.1 })).toBe(
      true,
    );
    expect(same({ optimizer: "SGD", momentum: 0.9 }, { momentum: 0.1 })).toBe(false);
    expect(same({ conv_size: 3 }, { conv_size: 7 }, ["conv_size"])).toBe(true);
    expect(same({ optimizer: { _name: "SGD", momentum: 0.5 } }, { momentum: 0.5 })).toBe(true);
  });
});

describe("checking a space before the first trial", () => {
  test("the original experiment's space passes without notes", () => {
    const seed = space(
      choice("lr", 0.1, 0.0001),
      choice("optimizer", "SGD", "Adadelta", "Adagrad", "Adam", "Adamax"),
      choice("epochs", 10),
      choice("model", "resnet18"),
      { type: "uniform", name: "dropout_rate", path: "dropout_rate", low: 0.1, high: 0.5 },
      choice("conv_size", 2, 3, 5, 7),
      choice("hidden_size", 124, 512, 1024),
      choice("batch_size", 128, 64),
    );
    expect(checkSpaceForTraining(seed, noParameterSettings)).toEqual([]);
    const notes = checkSpaceForTraining(
      seed,
      settings({ overrides: { epochs: 12 }, inertKeys: ["conv_size"] }),
    );
    expect(notes.map((note) => `${note.code} ${note.path}`)).toEqual([
      "key-overridden epochs",
      "key-inert conv_size",
    ]);
  });

  test("momentum is refused when no optimizer uses it and noted when some do not", () => {
    const momentum = {
      type: "uniform",
      name: "momentum",
      path: "momentum",
      low: 0,
      high: 0.99,
    } as const;
    const adam = space(choice("optimizer", "Adam", "AdamW"), momentum);
    expect(failure(() => checkSpaceForTraining(adam, noParameterSettings)).details["path"]).toBe(
      "momentum",
    );
    const mixed = space(choice("optimizer", "SGD", "Adam"), momentum);
    expect(checkSpaceForTraining(mixed, noParameterSettings)).toMatchObject([
      { code: "key-sometimes-inert", path: "momentum" },
    ]);
    expect(checkSpaceForTraining(space(momentum), noParameterSettings)).toEqual([]);
  });

  test.each<[string, ParameterSpec]>([
    ["an unknown key", choice("learning_rate", 0.1)],
    ["a value out of range", choice("conv_size", 3, 9)],
    ["fractions for integers", { type: "uniform", name: "width", path: "width", low: 8, high: 64 }],
    [
      "numbers for a name",
      { type: "randint", name: "optimizer", path: "optimizer", low: 0, high: 3 },
    ],
    [
      "a step that gives an excluded end",
      {
        type: "quniform",
        name: "dropout_rate",
        path: "dropout_rate",
        low: 0,
        high: 1,
        q: 0.25,
      },
    ],
    ["an excluded value", choice("lr", 0, 0.1)],
    ["a distribution below zero", { type: "normal", name: "lr", path: "lr", mu: 0.1, sigma: 0.1 }],
  ])("%s is refused", (_, spec) => {
    const error = failure(() => checkSpaceForTraining(space(spec), noParameterSettings));
    expect(error.code).toBe("parameter-invalid");
    expect(error.details["path"]).toBe(spec.name);
  });
});

describe("what the space alone does not tell", () => {
  const uniform = (name: string, low: number, high: number): ParameterSpec => ({
    type: "uniform",
    name,
    path: name,
    low,
    high,
  });
  const nested = (...options: (readonly [string, ...ParameterSpec[]])[]): ParameterSpec => ({
    type: "choice",
    name: "optimizer",
    path: "optimizer",
    options: options.map(([name, ...parameters]) => ({ kind: "nested", name, parameters })),
  });

  test("a continuous distribution may begin or end at an excluded value", () => {
    for (const spec of [uniform("lr", 0, 0.5), uniform("dropout_rate", 0, 1)])
      expect(checkSpaceForTraining(space(spec), noParameterSettings)).toEqual([]);
  });

  test("a batch that the training images cannot fill is refused, searched, defaulted or fixed", () => {
    const context = { trainingImages: 100 };
    const refused = (...args: Parameters<typeof checkSpaceForTraining>): unknown =>
      failure(() => checkSpaceForTraining(...args)).details["path"];
    const searched = space(choice("batch_size", 64, 256));
    expect(refused(searched, noParameterSettings, context)).toBe("batch_size");
    expect(refused(space(choice("lr", 0.1)), noParameterSettings, context)).toBe("batch_size");
    const small = space(choice("batch_size", 64));
    expect(checkSpaceForTraining(small, noParameterSettings, context)).toEqual([]);
    expect(refused(small, settings({ overrides: { batch_size: 128 } }), context)).toBe(
      "batch_size",
    );
  });

  test("searching epochs is refused where the tuner sets them", () => {
    const epochs = space(choice("epochs", 5, 10));
    expect(checkSpaceForTraining(epochs, noParameterSettings, { budgetsBy: null })).toEqual([]);
    const error = failure(() =>
      checkSpaceForTraining(epochs, noParameterSettings, { budgetsBy: "Hyperband" }),
    );
    expect(error.details["path"]).toBe("epochs");
  });

  test("a key at the top level and inside a nested choice is refused, one per option is not", () => {
    const rates = nested(["SGD", uniform("lr", 0.01, 0.1)], ["Adam", uniform("lr", 0.001, 0.01)]);
    expect(checkSpaceForTraining(space(rates), noParameterSettings)).toEqual([]);
    for (const twice of [
      space(choice("lr", 0.1), rates),
      space(rates, choice("lr", 0.1)),
      space(nested(["SGD", choice("optimizer", "Adam")])),
    ])
      expect(failure(() => checkSpaceForTraining(twice, noParameterSettings)).code).toBe(
        "parameter-invalid",
      );
  });
});

describe("learning-rate schedules", () => {
  test("one-cycle is PyTorch's OneCycleLR", () => {
    // torch.optim.lr_scheduler.OneCycleLR(max_lr=0.1, total_steps=10)
    const expected = [
      0.004, 0.052, 0.1, 0.09504846320134738, 0.0811745653949763, 0.06112620219362893,
    ];
    expected.forEach((lr, step) =>
      expect(learningRateAt("one-cycle", 0.1, step, 10)).toBeCloseTo(lr, 12),
    );
    expect(learningRateAt("one-cycle", 0.1, 9, 10)).toBeCloseTo(4e-7, 12);
  });

  test("cosine falls from the base to zero and step divides by ten twice", () => {
    expect(learningRateAt("cosine", 0.2, 0, 100)).toBeCloseTo(0.2);
    expect(learningRateAt("cosine", 0.2, 50, 100)).toBeCloseTo(0.1);
    expect([0, 49, 50, 75].map((step) => learningRateAt("step", 1, step, 100))).toEqual([
      1, 1, 0.1, 0.01,
    ]);
  });

  // SequentialLR([LinearLR(start_factor=1/4, total_iters=3), …], milestones=[3]) in PyTorch 2.13
  const rising = [0.025, 0.05, 0.07500000000000001];
  test.each([
    ["constant", Array.from({ length: 9 }, () => 0.1)], // ConstantLR(factor=1)
    [
      "cosine", // CosineAnnealingLR(T_max=9)
      [
        0.1, 0.09698463103929543, 0.08830222215594889, 0.075, 0.058682408883346526,
        0.041317591116653486, 0.025000000000000012, 0.011697777844051105, 0.0030153689607045845,
      ],
    ],
    ["step", [0.1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001]], // MultiStepLR([5, 7])
  ] as const)("%s after a warm-up is PyTorch's SequentialLR", (schedule, rest) => {
    const plan = { schedule, learningRate: 0.1, epochs: 3, warmupEpochs: 0.75 };
    [...rising, ...rest].forEach((rate, step) =>
      expect(rateOfStep(plan, step, 4), `step ${step}`).toBeCloseTo(rate, 12),
    );
  });

  test("a warm-up as long as the trial only rises, and none changes nothing", () => {
    const plan = { schedule: "cosine", learningRate: 0.1, epochs: 2, warmupEpochs: 5 } as const;
    for (let step = 0; step < 8; step++) {
      expect(rateOfStep(plan, step, 4)).toBeCloseTo((0.1 * (step + 1)) / 9, 12);
      const without = rateOfStep({ ...plan, warmupEpochs: 0 }, step, 4);
      expect(without).toBe(learningRateAt("cosine", 0.1, step, 8));
    }
  });

  test("a warm-up has no effect with one-cycle, which the check of a space says", () => {
    const warmup = { type: "uniform", name: "warmup_epochs", path: "warmup_epochs" } as const;
    const searched = { ...warmup, low: 0, high: 3 };
    const oneCycle = space(choice("lr_schedule", "one-cycle"), searched);
    expect(failure(() => checkSpaceForTraining(oneCycle, noParameterSettings)).message).toContain(
      "warmup_epochs has no effect with one-cycle",
    );
    const mixed = space(choice("lr_schedule", "one-cycle", "step"), searched);
    expect(checkSpaceForTraining(mixed, noParameterSettings)).toMatchObject([
      { code: "key-sometimes-inert", path: "warmup_epochs" },
    ]);
    const effective = (parameters: object) =>
      JSON.stringify(effectiveParameters(parameters as never));
    expect(effective({ lr_schedule: "one-cycle", warmup_epochs: 2 })).toBe(
      effective({ lr_schedule: "one-cycle" }),
    );
    expect(effective({ warmup_epochs: 2 })).not.toBe(effective({}));
  });
});
