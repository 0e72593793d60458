import { afterEach, expect, test, vi } from "vitest";
import { readArguments } from "../../scripts/command-line.ts";

class Exit extends Error {}
const said: string[] = [];
const run = (...args: string[]) => {
  said.length = 0;
  const say = (line: string): void => void said.push(line);
  vi.spyOn(console, "log").mockImplementation(say);
  vi.spyOn(console, "error").mockImplementation(say);
  vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Exit(String(code));
  });
  const options = {
    seeds: { type: "string", default: "50" },
    json: { type: "boolean" },
  } as const;
  return readArguments("npm run thing -- [--json]", { args, options }).values;
};
afterEach(() => void vi.restoreAllMocks());

test("a program reads its options", () => {
  expect({ ...run("--json", "--seeds", "3") }).toEqual({ json: true, seeds: "3" });
  expect({ ...run() }).toEqual({ seeds: "50" });
});

test("a program asked for --help tells every option, and ends well", () => {
  expect(() => run("--seeds", "3", "--help")).toThrow(new Exit("0"));
  expect(said).toEqual(["npm run thing -- [--json] [--seeds SEEDS]"]);
});

test.each([
  [["--nonsense"], "'--nonsense'"],
  [["file"], "'file'"],
  [["--seeds"], "'--seeds <value>'"],
])(
  "a program that does not know %j names it, tells its usage, and ends with status 2",
  (args, name) => {
    expect(() => run(...args)).toThrow(new Exit("2"));
    expect(said.join("\n")).toContain(name);
    expect(said.join("\n")).toContain("[--seeds SEEDS]");
  },
);
