import type { FileHead } from "../definition.ts";

const latin1 = new TextDecoder("latin1");

/** Whether a tar archive begins with a file or folder whose name matches. */
export function startsWithEntry(head: FileHead, name: RegExp): boolean {
  const end = head.subarray(0, 100).indexOf(0);
  return head.length >= 263 && end > 0 && name.test(latin1.decode(head.subarray(0, end)));
}

/** The magic number of an idx file of bytes with so many dimensions, and those dimensions; null for anything else.
 *  @see http://yann.lecun.com/exdb/mnist */
export function idxDimensions(head: FileHead): readonly number[] | null {
  if (head.length < 4 || head[0] !== 0 || head[1] !== 0 || head[2] !== 8) return null;
  const count = head[3]!;
  if (count < 1 || head.length < 4 + 4 * count) return null;
  const view = new DataView(head.buffer, head.byteOffset);
  return Array.from({ length: count }, (_, i) => view.getUint32(4 + 4 * i));
}
