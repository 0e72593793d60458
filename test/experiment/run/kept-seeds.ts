/** Seeds of random operations that once broke a promise, with what was seen. */
export const keptSeeds: readonly {
  readonly seed: number;
  readonly operations: number;
  readonly symptom: string;
}[] = [];
