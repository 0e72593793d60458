import { sayAll, type CatalogueOf } from "../../../../core/words/index.ts";
import type { problems as area } from "../../../../core/words/vocabulary/problems.ts";
import { at, should } from "./places.ts";

export const problems: CatalogueOf<typeof area> = {
  "as-written": ({ text }) => text,
  "in-file": ({ file, said }, say) => `文件 ${file}：${say(said)}`,
  lines: ({ lines }, say) => sayAll(lines, say, "\n"),
  problems: ({ problems: all, more }, say) =>
    `${sayAll(all, say, "\n")}${more > 0 ? `\n还有 ${more} 处。` : ""}`,
  "problem-of": ({ subject, problem }, say) => `${say(subject)}：${say(problem)}`,
  problem: ({ path, value, expected, remedy }, say) =>
    `${at(path, value)}${should(say(expected))}。${say(remedy)}`,
  unexpected: ({ path, value, expected }, say) => `${at(path, value)}${should(say(expected))}。`,
  "search-space": "搜索空间",
  configuration: "配置",
  "wrong-parameters": ({ mismatches }, say) => `参数不对：${sayAll(mismatches, say, "；")}。`,
  "mismatch-unknown": ({ path }) => `${path}：搜索空间里没有这个参数`,
  "mismatch-missing": ({ path }) => `${path}：没有给出`,
  "mismatch-option": ({ path, value }) => `${path}：${value} 不在选项之中`,
  "mismatch-listed": ({ value, listed }) => `${value} 不是列出的 ${listed} 个之一`,
  "mismatch-number": ({ path, value }) => `${path}：应为数，给出的是 ${value}`,
  "mismatch-integer": ({ path, value, low, high }) =>
    `${path}：${value} 不是 ${low} 到 ${high} 之间的整数`,
  "mismatch-range": ({ path, value, low, high }) => `${path}：${value} 不在 [${low}, ${high}] 之内`,
  "mismatch-grid": ({ path, value, low, high, step }) =>
    `${path}：${value} 不在 [${low}, ${high}] 之内，或不合步长 ${step}`,
  "mismatch-multiple": ({ path, value, step }) => `${path}：${value} 不是 ${step} 的倍数`,
  "mismatch-impossible": ({ path, value }) => `${path}：不可能是 ${value}`,
  "mismatch-constraint": ({ constraint }) => `不满足约束 ${constraint}`,
};
