import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { AppError } from "../../src/core/errors.ts";

/** How a reader of foreign data answered one input. */
export interface Answer {
  readonly kind: "read" | "refused" | "uncaught";
  /** The error's code, or what was thrown. */
  readonly reason: string;
  /** Of three askings, the fastest: other programs share this machine. */
  readonly durationMs: number;
  /** Growth of the heap and of buffers while answering, garbage included unless collected meanwhile. */
  readonly bytes: number;
  /** True when something could be found on the built-in prototypes afterwards that was not there before. */
  readonly polluted: boolean;
}

/** Published bounds of an answer. */
export const answerLimits = { durationMs: 50, bytes: 16 * 1024 * 1024 } as const;

/** Asks a reader, up to three times if it is slow. */
export async function ask(
  read: () => Promise<unknown>,
  limits: { readonly durationMs: number; readonly bytes: number } = answerLimits,
): Promise<Answer> {
  let answer = await askOnce(read);
  for (let i = 0; i < 2 && answer.durationMs > limits.durationMs / 2; i++) {
    const again = await askOnce(read);
    if (again.durationMs < answer.durationMs) answer = again;
  }
  if (answer.bytes <= limits.bytes) return answer;
  // Garbage of earlier answers may be counted with this one: once more, from a clean heap.
  collectGarbage();
  return { ...answer, bytes: Math.min(answer.bytes, (await askOnce(read)).bytes) };
}

async function askOnce(read: () => Promise<unknown>): Promise<Answer> {
  const before = usedBytes();
  const began = performance.now();
  let kind: Answer["kind"] = "read";
  let reason = "";
  try {
    await read();
  } catch (error) {
    kind = error instanceof AppError && error.code !== "internal" ? "refused" : "uncaught";
    reason = error instanceof AppError ? error.code : String(error);
  }
  const durationMs = performance.now() - began;
  return { kind, reason, durationMs, bytes: usedBytes() - before, polluted: !prototypesAreClean() };
}

function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

setFlagsFromString("--expose-gc");
/** Full collection, for measurements. */
export const collectGarbage = runInNewContext("gc") as () => void;

const builtIns = [Object, Array, String, Number, Boolean, Function, Map, Set, Promise, Error];
const describe = (): string =>
  builtIns
    .map(({ prototype }) =>
      Reflect.ownKeys(prototype)
        .map((key) => {
          const { value, get, set } = Object.getOwnPropertyDescriptor(prototype, key)!;
          return [key, value, get, set].map((part) => identify(part)).join();
        })
        .join(";"),
    )
    .join("|");
const seen = new Map<unknown, number>();
const identify = (part: unknown): string => {
  if (typeof part !== "function" && (typeof part !== "object" || part === null))
    return String(part);
  if (!seen.has(part)) seen.set(part, seen.size);
  return `#${seen.get(part)}`;
};
const clean = describe();

/** True while the built-in prototypes are what they were when this file was loaded. */
export const prototypesAreClean = (): boolean => describe() === clean;
