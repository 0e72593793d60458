const rules = new Intl.PluralRules("en");

/** `1 trial`, `3 trials`. */
export const plural = (count: number, one: string, many: string): string =>
  `${count} ${rules.select(count) === "one" ? one : many}`;
