import { expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { parseSearchSpace } from "../../../src/core/search-space/index.ts";
import { GraphBuilder } from "../../../src/engine/model/builder.ts";
import {
  buildNetwork,
  defineNetwork,
  registerNetwork,
} from "../../../src/engine/networks/index.ts";
import {
  checkConfigurations,
  checkListed,
  checkSpaceForTraining,
} from "../../../src/engine/training/parameters/check-space.ts";
import {
  effectiveParameters,
  noParameterSettings,
  resolveHyperparameters,
} from "../../../src/engine/training/parameters/hyperparameters.ts";

/** A network of one key of its own, added as any other. */
const toy = defineNetwork({
  name: "toy",
  parameters: {
    taps: { domain: { kind: "integer", min: 1, max: 9 }, default: 3 },
    end: { domain: { kind: "name", names: ["relu", "silu"] }, default: "relu" },
  },
  build({ taps, end }, input, classes) {
    const net = new GraphBuilder("toy", input, classes);
    const x = net.conv(0, "conv", 2, { kernel: taps });
    const y = end === "relu" ? net.relu(x, "end") : net.silu(x, "end");
    net.dense(net.globalAveragePool(y, "pool"), "linear", classes);
    return net.build();
  },
});
registerNetwork(toy);

const choice = (...values: unknown[]): object => ({ _type: "choice", _value: values });
const check = (space: object, settings: object = {}) =>
  checkSpaceForTraining(parseSearchSpace(space as never), { ...noParameterSettings, ...settings });
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
  return "nothing was refused";
}

test("a registered network trains under `model` with its own keys, defaults filled in", () => {
  const { network } = resolveHyperparameters({ model: "Toy", taps: 5, width: 8 });
  expect(network).toEqual({ name: "toy", parameters: { taps: 5, end: "relu" } });
  const shape = { height: 9, width: 7, channels: 1, classes: ["a", "b", "c"] };
  const graph = buildNetwork(network, shape);
  expect(graph).toMatchObject({ input: { height: 9, width: 7, channels: 1 }, classes: 3 });
  expect(graph.nodes[1]).toMatchObject({ kernel: [5, 5] });
  expect(refusal(() => resolveHyperparameters({ model: "toy", end: "tanh" }))).toMatch(
    /relu, silu/,
  );
});

test("a key counts where a network that the space can choose owns it, and nowhere else", () => {
  const own =
    "taps has no effect with resnet18. Remove it, list it under inertKeys, or let model choose toy.";
  expect(refusal(() => check({ taps: choice(1, 3) }))).toContain(own);
  expect(refusal(() => check({ model: choice("toy"), hidden_size: choice(0, 8) }))).toContain(
    "hidden_size has no effect with toy",
  );
  expect(check({ model: choice("toy"), taps: choice(1, 3) })).toEqual([]);
  expect(check({ taps: choice(1, 3) }, { defaults: { model: "toy" } })).toEqual([]);
  const mixed = { model: choice("toy", "resnet18"), taps: choice(1, 3), hidden_size: choice(8) };
  expect(check(mixed).map(({ code, message }) => `${code}: ${message}`)).toEqual([
    "key-sometimes-inert: taps has no effect when model is resnet18.",
    "key-sometimes-inert: hidden_size has no effect when model is toy.",
  ]);
  const inert = { model: choice("toy"), hidden_size: choice(0, 8) };
  expect(check(inert, { inertKeys: ["hidden_size"] })).toMatchObject([{ code: "key-inert" }]);
  expect(refusal(() => check(mixed, { overrides: { model: "toy" } }))).toContain("hidden_size has");
});

test("inside a nested choice only that network counts", () => {
  const nested = (inner: object) => ({
    model: choice({ _name: "toy", ...inner }, { _name: "resnet18", hidden_size: choice(0, 8) }),
  });
  expect(check(nested({ taps: choice(1, 3) }))).toEqual([]);
  expect(refusal(() => check(nested({ width: choice(1, 3) })))).toContain("width has no effect");
});

test("listed configurations may not carry a key that none of them uses", () => {
  const listed = [{ model: "toy", hidden_size: 8 }, { model: "toy" }];
  const checked = (more: object[]) => () =>
    checkListed([...listed, ...more] as never, noParameterSettings, 1000);
  expect(refusal(checked([]))).toContain("hidden_size has no effect with toy");
  expect(refusal(checked([{ model: "resnet18", hidden_size: 8 }]))).toBe("nothing was refused");
});

test("a trial that is given alone may carry keys that do nothing in it", () => {
  const own = { model: "toy", hidden_size: 8, optimizer: "Adam", momentum: 0.5 };
  expect(() => checkConfigurations([own], noParameterSettings, 1000)).not.toThrow();
});

test("settings that do nothing in any configuration are named", () => {
  const named = (settings: object) =>
    check({ model: choice("toy") }, settings).map(({ message }) => message);
  expect(named({ defaults: { hidden_size: 8 } })).toEqual([
    "defaults.hidden_size has no effect when model is toy.",
  ]);
  expect(named({ overrides: { momentum: 0.5, optimizer: "Adam" } })).toEqual([
    "overrides.momentum has no effect when optimizer is Adam.",
  ]);
  expect(named({ defaults: { taps: 3 }, overrides: { momentum: 0.5 } })).toEqual([]);
});

test("an inert choice takes what is nested in it along; a fixed one keeps it under check", () => {
  const inertKeys = ["model"];
  const given = { model: { _name: "toy", width: 8 } };
  const { network } = resolveHyperparameters(given, { ...noParameterSettings, inertKeys });
  expect(network).toMatchObject({ name: "resnet18", parameters: { width: 64 } });
  const nested = { model: choice({ _name: "toy", tabs: choice(1) }) };
  expect(check(nested, { inertKeys })).toMatchObject([{ code: "key-inert" }]);
  expect(refusal(() => check(nested, { overrides: { model: "toy" } }))).toContain('the key "tabs"');
});

test("names are taken as people write them, and mean one thing", () => {
  const key = (end: string) => JSON.stringify(effectiveParameters({ model: "toy", end }));
  expect(key("SiLU")).toBe(key("silu"));
});

test("keys that the chosen network does not own do not tell configurations apart", () => {
  const key = (parameters: object) => JSON.stringify(effectiveParameters(parameters as never));
  expect(key({ model: "toy", hidden_size: 8 })).toBe(key({ model: "toy", hidden_size: 0 }));
  expect(key({ model: "toy", taps: 1 })).not.toBe(key({ model: "toy", taps: 3 }));
  expect(key({ taps: 1 })).toBe(key({}));
});

test("a network that cannot be had is refused with the reason", () => {
  for (const refused of [
    refusal(() => check({ model: choice("resnet18", "shufflenetg2") })),
    refusal(() => resolveHyperparameters({ model: "ShuffleNetG2" })),
  ])
    expect(refused).toMatch(/shufflenetg2 cannot be had: NNI's own definition .*Python 3/i);
});

test("two networks of one name, and two meanings of one key, are a programmer's mistake", () => {
  expect(() => registerNetwork(toy)).toThrow(RangeError);
  const other = defineNetwork({
    ...toy,
    name: "other",
    parameters: { taps: { domain: { kind: "integer", min: 1, max: 3 }, default: 3 } },
    build: (_, input, classes) => toy.build({}, input, classes),
  });
  expect(() => registerNetwork(other)).toThrow(/taps/);
  expect(() => registerNetwork({ ...toy, name: "TOY" })).toThrow(RangeError);
  const greedy = defineNetwork({
    ...toy,
    name: "greedy",
    parameters: { epochs: { domain: { kind: "integer", min: 1, max: 3 }, default: 3 } },
    build: (_, input, classes) => toy.build({}, input, classes),
  });
  registerNetwork(greedy);
  expect(() => resolveHyperparameters({})).toThrow(/epochs/);
});
