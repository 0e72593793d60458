/** Published limits of foreign JSON, checked on its bytes before it is parsed: what would need much memory or a deep
 *  stack is never built. */
export interface JsonShape {
  /** Lists and objects within each other. */
  readonly depth: number;
  /** Values in all, at most; counted by brackets and commas. */
  readonly values: number;
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/** @returns what is exceeded, null where nothing is. Says nothing of whether the bytes are JSON. */
export function exceeds(bytes: Uint8Array, limits: JsonShape): keyof JsonShape | null {
  let depth = 0;
  let values = 0;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (quoted) {
      if (byte === backslash) i++;
      else if (byte === quote) quoted = false;
    } else if (byte === quote) quoted = true;
    else if (byte === comma) values++;
    else if (byte === openList || byte === openObject) {
      values++;
      if (++depth > limits.depth) return "depth";
    } else if (byte === closeList || byte === closeObject) depth--;
    if (values > limits.values) return "values";
  }
  return null;
}
