import { expect, test } from "vitest";
import { readExtras, writeExtras } from "../../src/ui/features/new/space-extras.ts";
import { spaceText } from "../../src/ui/views/space-text.ts";

const lr = { _type: "loguniform", _value: [0.001, 1] };

test("constraints and first configurations leave a search space's text as lines and return to it", () => {
  const space = {
    lr,
    _constraints: ["lr < 0.5", "lr != 0.1"],
    _initial: [{ lr: 0.2 }, { lr: 0.02, layer: { _name: "conv" } }],
  };
  const extras = readExtras(spaceText(space))!;
  expect(extras).toEqual({
    constraints: "lr < 0.5\nlr != 0.1",
    initial: '{ "lr": 0.2 }\n{ "lr": 0.02, "layer": { "_name": "conv" } }',
  });
  expect(JSON.parse(writeExtras(spaceText({ lr }), extras)!)).toEqual(space);
  expect(JSON.parse(writeExtras(spaceText(space), { constraints: " \n", initial: "" })!)).toEqual({
    lr,
  });
});

test("a text that is no JSON object has no such lines, and a line that is none changes nothing", () => {
  expect(readExtras('{ "lr": ')).toBeNull();
  expect(readExtras("[]")).toBeNull();
  expect(readExtras("")).toBeNull();
  const text = spaceText({ lr });
  expect(writeExtras(text, { constraints: "", initial: "lr = 0.2" })).toBeNull();
  expect(writeExtras(text, { constraints: "", initial: "[1]" })).toBeNull();
  expect(writeExtras("", { constraints: "lr < 1", initial: "" })).toBeNull();
});
