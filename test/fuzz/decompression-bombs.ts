import { deflateRawSync } from "node:zlib";
import { frame } from "./forge.ts";

export interface DecompressionBomb {
  readonly label: string;
  readonly fragment: string;
  readonly packed: Uint8Array<ArrayBuffer>;
  /** What it would unpack to. */
  readonly sizeBytes: number;
}

const fillings = ["\0", "[", '{"a":', "0,", '{"name":"', "[[[[[[[[", '"\\u0000",', "x"];

/** Links within the length limit whose content is beyond what is unpacked: different fillings, up to 42 times the limit. */
export async function decompressionBombs(count: number): Promise<DecompressionBomb[]> {
  const bombs: DecompressionBomb[] = [];
  for (let i = 0; i < count; i++) {
    const filling = fillings[i % fillings.length]!;
    const wanted = 2 ** 20 * [1.01, 2, 8, 24][(i >> 3) % 4]!;
    // A deflated run is a thousandth of its length: sizes beyond this make links that are too long anyway.
    const sizeBytes = filling.length === 1 && i >= count - 8 ? 42 * 2 ** 20 : Math.ceil(wanted);
    const packed = new Uint8Array(deflateRawSync(Buffer.alloc(sizeBytes, filling), { level: 9 }));
    const fragment = frame(packed, i);
    bombs.push({
      label: `${sizeBytes} bytes of ${JSON.stringify(filling)}`,
      fragment,
      packed,
      sizeBytes,
    });
  }
  return bombs;
}
