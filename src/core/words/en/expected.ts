import type { CatalogueOf } from "../catalogue.ts";
import type { expected as area } from "../vocabulary/expected.ts";

const list = (names: readonly string[]): string => names.join(", ");

export const expected: CatalogueOf<typeof area> = {
  "text-of-at-most": ({ characters }) => `a text of at most ${characters} characters`,
  "number-in": ({ low, high }) => `a number in ${low}..${high}`,
  "integer-in": ({ low, high }) => `an integer in ${low}..${high}`,
  "a-number": "a number",
  "true-or-false": "true or false",
  "one-of": ({ names }) => `one of ${list(names)}`,
  "one-of-these": ({ names }) => `one of: ${list(names)}`,
  only: ({ names }) => `only ${list(names)}`,
  "or-null": ({ said }, say) => `${say(said)}, or null`,
  "bytes-of-at-most": ({ bytes }) => `at most ${bytes} bytes`,
  "list-of-at-most": ({ items }) => `a list of at most ${items}`,
  "list-of": ({ least, most }) => `a list of at least ${least} and at most ${most}`,
  "json-of-at-most": ({ characters }) => `JSON of at most ${characters} characters`,
  "json-object-of-at-most": ({ characters }) => `a JSON object of at most ${characters} characters`,
  "object-of-at-most-keys": ({ keys }) => `an object of at most ${keys} keys`,
  "ordinary-keys": "ordinary keys of at most 200 characters",
  "an-object": "an object",
  "a-string": "a string",
  "a-list": "a list",
  "number-bounded": ({ integer, least, above, most }) => {
    const noun = integer ? "an integer" : "a number";
    const low =
      above !== null ? ` greater than ${above}` : least !== null ? ` of at least ${least}` : "";
    return `${noun}${low}${most === null ? "" : ` and at most ${most}`}`;
  },
  "number-range": ({ low, lowExcluded, high, highExcluded }) =>
    `a number ${lowExcluded ? "above" : "from"} ${low} ${highExcluded ? "and below" : "to"} ${high}`,
  "gp-nu": "0.5, 1.5 or 2.5",
  "json-object-of-parameters": "a JSON object of parameters",
  "object-of-parameters": "an object of parameters",
  "at-least-one-parameter": "at least one parameter",
  "at-most-parameters": ({ parameters }) =>
    `at most ${parameters} parameters, nested ones included`,
  "obeyable-constraints": "constraints that some configurations obey",
  "parameter-name": ({ characters }) => `a name of 1 to ${characters} characters`,
  "name-on-every-object": ({ characters }) =>
    `a name of 1 to ${characters} characters (NNI 2.1 requires one on every object)`,
  "ordinary-parameter-name": "an ordinary parameter name",
  "unique-path": "a path used once in this space",
  "type-and-value": 'an object with "_type" and "_value"',
  "only-type-and-value": 'only "_type" and "_value" here',
  options: ({ options }) => `1 to ${options} options`,
  "nested-choices": ({ depth }) => `choices nested at most ${depth} deep`,
  "unique-option-name": "a name used once in this choice",
  "numbers-named": ({ names }) => `${names.length} numbers [${list(names)}]`,
  "positive-step": "a step q above 0",
  "positive-sigma": "a standard deviation sigma above 0",
  "two-integers": "two integers [low, high)",
  "low-below-high": "low below high",
  "low-below-exclusive-high": "low below high (high is exclusive)",
  "at-most-integers": ({ integers }) => `at most ${integers} integers`,
  "positive-low": ({ type }) => `a lower bound above 0 for ${type}`,
  "list-of-texts": ({ texts }) => `a list of at most ${texts} texts`,
  "two-sides": "two sides and an operator between them",
  "top-level-parameter": ({ names }) => `a top-level parameter (${list(names)}) or a number`,
  "numeric-parameter": "a parameter whose values are numbers",
  "list-of-configurations": ({ configurations }) =>
    `a list of at most ${configurations} configurations`,
  "configuration-of-space": "a configuration of this search space",
  "object-of-settings": "an object of settings",
  "one-nni-form": ({ old, recent }) => `fields of one NNI form (${old} is of v1, ${recent} of v2)`,
  "nni-field": "a field of NNI's v1 or v2 configuration, or tabtune",
  "duration-of-at-most": "a duration of at most 1000 days",
  "space-or-file": "either searchSpace or searchSpaceFile",
  "nni-release": '"2.1" or "3.0"',
  "one-unless-test": "at least 1 unless the metric is test",
  "dataset-name": "the name of a data set: lower-case letters, digits and hyphens",
  "a-name": "a name",
  "tuner-name": "the name of a tuner",
  "tuner-or-advisor": "a tuner or an advisor, not both",
};
