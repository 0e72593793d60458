import { sayAll, type CatalogueOf } from "../catalogue.ts";
import type { problems as area } from "../vocabulary/problems.ts";

export const problems: CatalogueOf<typeof area> = {
  "as-written": ({ text }) => text,
  "in-file": ({ file, said }, say) => `${file}: ${say(said)}`,
  lines: ({ lines }, say) => sayAll(lines, say, "\n"),
  problems: ({ subject, problems: list, more }, say) =>
    `${say(subject)}: ${sayAll(list, say, "\n")}${more > 0 ? `\n… and ${more} more.` : ""}`,
  "problem-of": ({ subject, problem }, say) => `${say(subject)}: ${say(problem)}`,
  problem: ({ path, value, expected, remedy }, say) =>
    `${path}: expected ${say(expected)}, got ${value}. ${say(remedy)}`,
  unexpected: ({ path, value, expected }, say) =>
    `${path}: expected ${say(expected)}, got ${value}`,
  "search-space": "Search space",
  configuration: "Configuration",
  "wrong-parameters": ({ mismatches }, say) => `Parameters: ${sayAll(mismatches, say, "; ")}.`,
  "mismatch-unknown": ({ path }) => `${path}: is no parameter of the search space here`,
  "mismatch-missing": ({ path }) => `${path}: is missing`,
  "mismatch-option": ({ path, value }) => `${path}: ${value} is none of the options`,
  "mismatch-listed": ({ value, listed }) => `${value} is none of the ${listed} listed`,
  "mismatch-number": ({ path, value }) => `${path}: expected a number, got ${value}`,
  "mismatch-integer": ({ path, value, low, high }) =>
    `${path}: ${value} is not an integer in ${low}..${high}`,
  "mismatch-range": ({ path, value, low, high }) =>
    `${path}: ${value} is not within [${low}, ${high}]`,
  "mismatch-grid": ({ path, value, low, high, step }) =>
    `${path}: ${value} is not within [${low}, ${high}] in steps of ${step}`,
  "mismatch-multiple": ({ path, value, step }) => `${path}: ${value} is not a multiple of ${step}`,
  "mismatch-impossible": ({ path, value }) => `${path}: ${value} is not possible`,
  "mismatch-constraint": ({ constraint }) => `the constraint ${constraint} does not hold`,
};
