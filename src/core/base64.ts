const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const values = new Map([...letters].map((letter, value) => [letter, value]));

/** Bytes as text (RFC 4648, with padding). */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const known = Math.min(3, bytes.length - i) + 1;
    for (let j = 0; j < 4; j++) text += j < known ? letters[(group >> (18 - 6 * j)) & 63]! : "=";
  }
  return text;
}

/** Null for what is not exactly what `toBase64` makes. */
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let i = 0, at = 0; i < text.length; i += 4) {
    let group = 0;
    for (let j = 0; j < 4; j++) group = (group << 6) | (values.get(text[i + j]!) ?? 0);
    for (let j = 0; j < 3 && at < bytes.length; j++) bytes[at++] = (group >> (16 - 8 * j)) & 255;
  }
  return toBase64(bytes) === text ? bytes : null;
}
