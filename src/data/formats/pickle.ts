import { AppError } from "../../core/errors.ts";
import { word, type Word } from "../../core/words/index.ts";

/** What a CIFAR-10 batch is pickled from. Instances are never made: `GLOBAL`, `REDUCE` and `BUILD` only build records. */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Pickled[]
  | Map<Pickled, Pickled>
  | PickledObject;

/** The result of calling a named function with arguments, and the state that was put into it. Nothing is called. */
export interface PickledObject {
  readonly callable: string;
  readonly args: Pickled;
  state: Pickled;
}

const mark = Symbol("mark");
type Item = Pickled | typeof mark;

/** Reads the part of pickle (protocols 0 to 2 in binary form, as Python 2 and 3 write it) that plain data and NumPy
 *  arrays use. Python's byte strings are returned as bytes where they are long, else as text.
 *  @see Python's pickletools for the meaning of the opcodes
 *  @throws AppError "dataset-format" for any other opcode and for damaged data */
export function readPickle(bytes: Uint8Array): Pickled {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: Item[] = [];
  const memo = new Map<number, Item>();
  let at = 0;
  const fail = (problem: Word): never => {
    throw new AppError("dataset-format", word("pickle-unreadable", { problem, at }), {
      at,
    });
  };
  const take = (length: number): Uint8Array => {
    if (length < 0 || at + length > bytes.length) return fail(word("ends-early"));
    at += length;
    return bytes.subarray(at - length, at);
  };
  const u8 = (): number => take(1)[0]!;
  const u16 = (): number => (take(2), view.getUint16(at - 2, true));
  const i32 = (): number => (take(4), view.getInt32(at - 4, true));
  const text = (length: number): string => latin1(take(length));
  const byteString = (length: number): Pickled => (length > 255 ? take(length) : text(length));
  const line = (): string => {
    const end = bytes.indexOf(10, at);
    if (end < 0) return fail(word("pickle-line"));
    const value = text(end - at);
    at++;
    return value;
  };
  const pop = (): Pickled => {
    const item = stack.pop();
    if (item === undefined || item === mark) return fail(word("pickle-stack"));
    return item;
  };
  const popToMark = (): Pickled[] => {
    const start = stack.lastIndexOf(mark);
    if (start < 0) return fail(word("pickle-mark"));
    return stack.splice(start).slice(1) as Pickled[];
  };
  const top = (): Pickled => {
    const item = pop();
    stack.push(item);
    return item;
  };
  const setItems = (pairs: readonly Pickled[]): void => {
    const target = top();
    if (!(target instanceof Map)) return fail(word("pickle-dictionary"));
    for (let i = 0; i + 1 < pairs.length; i += 2) target.set(pairs[i]!, pairs[i + 1]!);
  };
  const append = (items: readonly Pickled[]): void => {
    const target = top();
    if (!Array.isArray(target)) return fail(word("pickle-list"));
    for (const item of items) target.push(item);
  };
  const remember = (index: number): void => void memo.set(index, top());
  const recall = (index: number): void => {
    const item = memo.get(index);
    stack.push(item === undefined ? fail(word("pickle-memo")) : item);
  };
  const put = (item: Item): void => void stack.push(item);
  const long = (length: number): number => {
    if (length > 6) return fail(word("pickle-integer"));
    let value = 0;
    const digits = take(length);
    for (let i = length - 1; i >= 0; i--) value = value * 256 + digits[i]!;
    return length > 0 && digits[length - 1]! >= 128 ? value - 256 ** length : value;
  };

  const opcodes: { readonly [opcode: string]: () => void } = {
    "\x80": () => void u8(),
    "(": () => put(mark),
    "}": () => put(new Map()),
    "]": () => put([]),
    ")": () => put([]),
    N: () => put(null),
    "\x88": () => put(true),
    "\x89": () => put(false),
    K: () => put(u8()),
    M: () => put(u16()),
    J: () => put(i32()),
    "\x8a": () => put(long(u8())),
    U: () => put(byteString(u8())),
    T: () => put(byteString(i32())),
    C: () => put(byteString(u8())),
    B: () => put(byteString(i32())),
    X: () => put(new TextDecoder().decode(take(i32()))),
    q: () => remember(u8()),
    r: () => remember(i32()),
    h: () => recall(u8()),
    j: () => recall(i32()),
    t: () => put(popToMark()),
    l: () => put(popToMark()),
    "\x85": () => put([pop()]),
    "\x86": () => put([pop(), pop()].reverse()),
    "\x87": () => put([pop(), pop(), pop()].reverse()),
    a: () => append([pop()]),
    e: () => append(popToMark()),
    s: () => setItems([pop(), pop()].reverse()),
    u: () => setItems(popToMark()),
    c: () => put(`${line()}.${line()}`),
    R: () => {
      const args = pop();
      const callable = pop();
      if (typeof callable !== "string") return fail(word("pickle-call"));
      put({ callable, args, state: null });
    },
    b: () => {
      const state = pop();
      const target = top();
      if (!isPickledObject(target)) return fail(word("pickle-state"));
      target.state = state;
    },
  };

  for (;;) {
    const opcode = String.fromCharCode(u8());
    if (opcode === ".") return pop();
    const run = Object.hasOwn(opcodes, opcode) ? opcodes[opcode]! : null;
    if (!run) return fail(word("pickle-opcode", { opcode: opcode.charCodeAt(0) }));
    run();
  }
}

/** Whether a value is the record of a call that was not made. */
export function isPickledObject(value: Pickled | undefined): value is PickledObject {
  return typeof value === "object" && value !== null && "callable" in value;
}

function latin1(bytes: Uint8Array): string {
  let value = "";
  for (const byte of bytes) value += String.fromCharCode(byte);
  return value;
}
