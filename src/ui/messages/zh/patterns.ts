/** An English sentence of the program and what it is in Chinese: `$1` … stand for its names and numbers, or a function gets them
 *  and returns null where it cannot say them. */
export type Pattern = readonly [
  pattern: RegExp,
  said: string | ((parts: readonly string[]) => string | null),
];

/** The first pattern's that fits; null if none does. */
export function translate(text: string, patterns: readonly Pattern[]): string | null {
  for (const [pattern, said] of patterns) {
    const parts = pattern.exec(text);
    if (parts) return typeof said === "string" ? text.replace(pattern, said) : said(parts.slice(1));
  }
  return null;
}

/** Names that an English sentence lists. */
export const zhList = (names: string): string => names.replaceAll(", ", "、");
