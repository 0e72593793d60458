import type { JsonValue } from "../json.ts";
import { searchSpaceLimits as limits } from "./limits.ts";
import type { Problems } from "./problems.ts";
import type { Constraint, ParameterSpec, Parameters } from "./types.ts";
import { word } from "../words/index.ts";

const operators: readonly Constraint["operator"][] = ["<=", ">=", "!=", "<", ">"];

/** Parses `["lr_min < lr", "width >= 4", …]`; sides are top-level numeric parameters or numbers. */
export function parseConstraints(
  value: JsonValue | undefined,
  parameters: readonly ParameterSpec[],
  problems: Problems,
): Constraint[] {
  if (value === undefined) return [];
  const remedy = word("write-constraints");
  if (!Array.isArray(value) || value.length > limits.constraints) {
    problems.add(
      "_constraints",
      value,
      word("list-of-texts", { texts: limits.constraints }),
      remedy,
    );
    return [];
  }
  const constraints: Constraint[] = [];
  value.forEach((text: JsonValue, index) => {
    const path = `_constraints[${index}]`;
    const constraint = typeof text === "string" ? parseConstraint(text, parameters) : null;
    if (constraint === null) {
      problems.add(path, text, word("two-sides"), remedy);
      return;
    }
    const names = [constraint.left, constraint.right].filter((side) => typeof side === "string");
    if (names.length === 0)
      problems.add(path, text, word("at-least-one-parameter"), word("name-a-parameter"));
    for (const name of names) {
      const spec = parameters.find((p) => p.name === name);
      if (spec === undefined)
        problems.add(
          path,
          name,
          word("top-level-parameter", { names: parameters.map((p) => p.name) }),
          word("correct-name"),
        );
      else if (!isNumeric(spec))
        problems.add(path, name, word("numeric-parameter"), word("only-numbers-compare"));
    }
    constraints.push(constraint);
  });
  return constraints;
}

function parseConstraint(text: string, parameters: readonly ParameterSpec[]): Constraint | null {
  // Spaces make the operator unambiguous even for parameter names that contain one.
  for (const spaced of [true, false]) {
    for (const operator of operators) {
      const mark = spaced ? ` ${operator} ` : operator;
      const at = text.indexOf(mark);
      if (at <= 0) continue;
      const left = parseSide(text.slice(0, at).trim(), parameters);
      const right = parseSide(text.slice(at + mark.length).trim(), parameters);
      if (left !== null && right !== null) return { left, operator, right };
    }
  }
  return null;
}

function parseSide(text: string, parameters: readonly ParameterSpec[]): string | number | null {
  if (text === "") return null;
  if (parameters.some((p) => p.name === text)) return text;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

function isNumeric(spec: ParameterSpec): boolean {
  return (
    spec.type !== "choice" ||
    spec.options.every((o) => o.kind === "value" && typeof o.value === "number")
  );
}

/** True if `parameters` obey every constraint; a side that is no number obeys nothing. */
export function satisfiesConstraints(
  constraints: readonly Constraint[],
  parameters: Parameters,
): boolean {
  return constraints.every((constraint) => satisfies(constraint, parameters));
}

/** True if `parameters` obey one constraint. */
export function satisfies(constraint: Constraint, parameters: Parameters): boolean {
  const value = (side: string | number): JsonValue | undefined =>
    typeof side === "number" ? side : parameters[side];
  const left = value(constraint.left);
  const right = value(constraint.right);
  if (typeof left !== "number" || typeof right !== "number") return false;
  switch (constraint.operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "!=":
      return left !== right;
    default:
      return constraint.operator satisfies never;
  }
}

/** The constraints that are decided once the parameter at an index of `parameters`, and all before it, have a value:
 *  whoever assigns values in order need not go on where one of them fails. */
export function constraintsByIndex(
  constraints: readonly Constraint[],
  parameters: readonly ParameterSpec[],
): readonly (readonly Constraint[])[] {
  const at = (side: string | number): number => parameters.findIndex(({ name }) => name === side);
  const lists = parameters.map((): Constraint[] => []);
  for (const constraint of constraints)
    lists[Math.max(0, at(constraint.left), at(constraint.right))]?.push(constraint);
  return lists;
}

/** The text form that `parseConstraints` reads. */
export function constraintText(constraint: Constraint): string {
  return `${constraint.left} ${constraint.operator} ${constraint.right}`;
}
