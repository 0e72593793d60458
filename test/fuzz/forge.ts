import { crc32 } from "../../src/core/crc32.ts";
import { fromBase64Url, toBase64Url } from "../../src/experiment/formats/base64url.ts";
import { deflate, inflateBounded } from "../../src/experiment/formats/deflate.ts";

/** A link with a right checksum around any text: what an attacker can make. */
export function forgeLink(json: string): Promise<string> {
  return forgeBytes(new TextEncoder().encode(json));
}

/** The same around bytes that need be no text. */
export async function forgeBytes(bytes: Uint8Array<ArrayBuffer>, mark = "tt1."): Promise<string> {
  return frame(await deflate(bytes), crc32(bytes), mark);
}

/** A link whose packed data and checksum are given. */
export function frame(packed: Uint8Array, checksum: number, mark = "tt1."): string {
  const framed = new Uint8Array(4 + packed.length);
  new DataView(framed.buffer).setUint32(0, checksum);
  framed.set(packed, 4);
  return mark + toBase64Url(framed);
}

/** The JSON text inside a valid link. */
export async function textOfLink(fragment: string): Promise<string> {
  const bytes = await inflateBounded(fromBase64Url(fragment.slice(4)).slice(4), 1_048_576);
  return new TextDecoder().decode(bytes);
}
