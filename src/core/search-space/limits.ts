/** Published limits of a search space; whatever exceeds one is refused by name. */
export const searchSpaceLimits = {
  /** Parameters in all, nested ones included. */
  parameters: 200,
  /** Options of one choice. */
  options: 10_000,
  /** Characters of a parameter's or a nested option's name. */
  nameLength: 100,
  /** A choice within an option of a choice is depth 2. */
  depth: 8,
  constraints: 50,
  initial: 1_000,
  /** Characters of the JSON text of one option. */
  optionLength: 2_000,
  /** Width of a randint. */
  integers: 4_294_967_296,
} as const;
