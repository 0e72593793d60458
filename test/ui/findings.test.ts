import { expect, test } from "vitest";
import { findingCodes, type Finding } from "../../src/core/analysis/index.ts";
import { en } from "../../src/ui/messages/en/index.ts";
import { zh } from "../../src/ui/messages/zh/index.ts";
import { gathered } from "../../src/ui/features/experiment/findings.ts";

const idle = (path: string, share: number): Finding => ({
  code: "parameter-without-effect",
  severity: "hint",
  message: "",
  details: { path, share },
});
const bound: Finding = {
  code: "best-on-bound",
  severity: "hint",
  message: "",
  details: { path: "lr", value: 1, bound: "upper" },
};

test("parameters without effect share one line with the largest share; other findings stay in their order", () => {
  const lines = gathered([idle("width", 0.001), bound, idle("momentum", 0.012)]);
  expect(lines.map(({ code }) => code)).toEqual(["parameter-without-effect", "best-on-bound"]);
  const [first] = lines;
  expect(first?.details).toEqual({ path: "width, momentum", share: 0.012 });
  expect(en.findings.of["parameter-without-effect"](first!.details)).toMatch(
    /1\.2.*width, momentum/,
  );
  expect(gathered([bound])).toEqual([bound]);
});

test("every finding is said in both languages", () => {
  for (const code of findingCodes) {
    const details = { done: 1, needed: 4, path: "lr", bound: "lower", noise: 0.02, gap: 0.01 };
    expect(en.findings.of[code](details)).toMatch(/\.$/);
    expect(zh.findings.of[code](details)).toMatch(/\p{Script=Han}.*。$/u);
  }
});
