/** What a value of a word is. All kinds are JSON: words cross workers and stand in journals. `word` is a sentence or phrase within
 *  another. */
export type Kind =
  "number" | "number?" | "text" | "boolean" | "numbers" | "texts" | "word" | "words";

/** The values of one code: the kind of each by name. */
export type Shape = Readonly<Record<string, Kind>>;

/** One area of the vocabulary: the shape of each code's values. */
export type Area = Readonly<Record<string, Shape>>;
