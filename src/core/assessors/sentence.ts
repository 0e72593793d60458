/** A metric for a sentence: four significant digits. */
export function sentenceNumber(x: number): string {
  return String(Number(x.toPrecision(4)));
}
