/** A language that nobody speaks: English with every letter changed, values untouched. Whatever shows plain letters was not said
 *  by a catalogue. */
const changed = new Map(
  [..."abcdefghijklmnopqrstuvwxyz"].map((letter, i) => [
    letter,
    [..."αбčđεфğħıјκłмñοрqґşтυνωχчż"][i]!,
  ]),
);
changed.set("q", "ԛ");

/** Every ASCII letter of a text changed. */
export const accented = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const other = changed.get(letter.toLowerCase())!;
    return letter === letter.toLowerCase() ? other : other.toUpperCase();
  });

/** Codes that a message looks something up by, and words of the same letters. */
const codes = ["user"];

/** Every text in a value. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return value === "" || codes.includes(value) ? [] : [value];
  if (typeof value === "number") return /[a-z]/i.test(String(value)) ? [String(value)] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** What a catalogue made of values: its own letters changed, those of the values not. */
export function accentedAround(text: string, values: readonly unknown[]): string {
  const kept = [...new Set(values.flatMap(textsIn))].sort((a, b) => b.length - a.length);
  if (kept.length === 0) return accented(text);
  // A value is a whole word: "a" of a list is not the letter of a sentence.
  const pattern = new RegExp(
    `(${kept.map((value) => `(?<![a-z])${escaped(value)}(?![a-z])`).join("|")})`,
    "i",
  );
  return text
    .split(pattern)
    .map((part, i) => (i % 2 === 1 ? part : accented(part)))
    .join("");
}

/** A catalogue's texts and functions, changed. */
export function pseudo<T>(entry: T): T {
  if (typeof entry === "string") return accented(entry) as T;
  if (typeof entry === "function") {
    const said = (...values: unknown[]): unknown => {
      const result: unknown = (entry as (...values: unknown[]) => unknown)(...values);
      return typeof result === "string" ? accentedAround(result, values) : result;
    };
    return said as T;
  }
  if (Array.isArray(entry)) return entry.map((item: unknown) => pseudo(item)) as T;
  if (typeof entry !== "object" || entry === null) return entry;
  return Object.fromEntries(Object.entries(entry).map(([key, item]) => [key, pseudo(item)])) as T;
}
