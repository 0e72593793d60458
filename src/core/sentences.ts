/** What algorithms say of their decisions, in English, by code; `{name}` stands for a value. The journal keeps whole
 *  sentences; whoever shows them in other words reads them back with `readSentence`. */
export const sentences = {
  "below-median":
    "After {steps} reports the best is {best}, worse than the median {median} of {trials} finished trials.",
  "not-below-median":
    "After {steps} reports the best is {best}, not worse than the median {median} of {trials} finished trials.",
  "share-of-trials":
    "After {steps} reports {better} of {trials} trials had more than its best, {best}; {percent} % go on.",
  rung: "Rung {steps}: place {place} of {trials} with {best}; {places} go on.",
  "predicted-end": "Predicted to end at {predicted} after {epochs} reports; the bar is {bar}.",
  "forecast-end":
    "Forecast to end at {end} ± {sd}, against {bar}: {percent} % sure that it will not be best.",
  "auto-slow": "{results} results make the Gaussian process slow",
  "auto-many": "{parameters} parameters are many for a Gaussian process",
  "auto-conditional": "{percent} % of the parameters depend on another",
  "auto-suited":
    "{parameters} parameters and {results} results are what a Gaussian process is best at",
  "auto-no-epochs": "every trial trains in full because max_epochs is not set",
  "auto-few-epochs": "{epochs} epochs are too few to stop any earlier",
  "auto-few-trials": "{trials} trials are too few to fill a bracket",
  "auto-brackets": "up to {epochs} epochs, given to the better ones only",
} as const;

export type SentenceCode = keyof typeof sentences;
export type SentenceValues = Readonly<Record<string, number | string>>;

/** The sentence with its values; numbers with four significant digits. */
export function sentence(code: SentenceCode, values: SentenceValues): string {
  return sentences[code].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === "number" ? String(Number(value.toPrecision(4))) : String(value);
  });
}

/** Which sentence a text is, with its values; null for any other text. */
export function readSentence(
  text: string,
): { readonly code: SentenceCode; readonly values: SentenceValues } | null {
  for (const [code, pattern] of patterns) {
    const found = pattern.exec(text);
    if (!found) continue;
    const values = Object.entries(found.groups ?? {}).map(([name, value]) => {
      const number = Number(value);
      return [name, Number.isFinite(number) ? number : value] as const;
    });
    return { code, values: Object.fromEntries(values) };
  }
  return null;
}

const patterns = Object.entries(sentences).map(([code, template]): [SentenceCode, RegExp] => {
  const escaped = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return [
    code as SentenceCode,
    new RegExp(`^${escaped.replace(/\{(\w+)\}/g, "(?<$1>[^ ]+(?: yet)?)")}$`),
  ];
});
