import { AppError } from "../../../core/errors.ts";
import { convVariants, runConv } from "../conv/conv-calls.ts";
import { convFlops } from "../conv/conv-shape.ts";
import type { ConvContext, ConvVariant } from "../conv/conv-variant.ts";
import { DeviceProgram, readBuffer, type Recorded } from "../device-program.ts";
import { halfBits, halfValue } from "../half.ts";
import { ProgramWriter, type Dispatch, type Slice } from "../program.ts";
import type { ConvProblem } from "./problems.ts";
import { timePass } from "./time-pass.ts";

/** What decides which variants there are. */
export type ChoiceContext = Pick<ConvContext, "family" | "real">;

/** A variant must gain this much on the default, or the noise of the clock would choose. */
const leastGain = 1.05;
/** Largest difference from the default's result, relative to its largest value; a driver that miscompiles is far above. */
const tolerance = { f32: 1e-3, f16: 3e-2 } as const;
/** One repetition sequence is about so long: above the 100 µs that browsers round timestamps to. */
const passMs = 3;
const rounds = 3;
/** A variant so many times slower than the quickest is not measured again. */
const hopeless = 1.5;
/** Bytes of the result that are compared, at its beginning and at its end. */
const comparedBytes = 2 ** 17;

/** Times every variant of a problem on random numbers and verifies each against the default.
 *  @param maxFlops a larger problem is measured on fewer images
 *  @returns the name of the fastest; the default's where none is faster, right and compiles, or the GPU has no room */
export async function measureProblem(
  gpu: GPUDevice,
  problem: ConvProblem,
  context: ChoiceContext,
  maxFlops: number,
): Promise<string> {
  const { direction, shape: whole } = problem;
  const batch = Math.max(
    1,
    Math.min(whole.batch, Math.floor((maxFlops * whole.batch) / convFlops(whole))),
  );
  const shape = { ...whole, batch };
  const all = convVariants(direction, whole, context);
  const usual = all[0]!.name;
  const bound = Math.min(gpu.limits.maxStorageBufferBindingSize, gpu.limits.maxBufferSize);
  const names = all
    .filter(({ workspaces }) => workspaces.every((bytes) => bytes <= bound))
    .map(({ name }) => name);
  const variants = convVariants(direction, shape, context).filter(({ name }) =>
    names.includes(name),
  );
  if (names.length < 2) return usual;
  const smaller = { ...problem, shape };
  const bench = await Bench.open(gpu, smaller, context, variants).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "gpu-memory") return null;
    throw error;
  });
  if (!bench) return usual;
  try {
    return await fastest(bench, usual, tolerance[context.real]);
  } finally {
    bench.dispose();
  }
}

async function fastest(bench: Bench, usual: string, allowed: number): Promise<string> {
  const expected = await bench.resultOf(usual);
  if (!expected) return usual;
  const right = [usual];
  for (const name of bench.names) {
    if (name === usual) continue;
    const result = await bench.resultOf(name);
    if (result && differs(result, expected) <= allowed) right.push(name);
  }
  if (right.length < 2) return usual;
  const repetitions = Math.max(1, Math.min(50, Math.round(passMs / (await bench.time(usual, 1)))));
  const best = new Map(right.map((name) => [name, Infinity]));
  const quickestOf = (): string => right.reduce((a, b) => (best.get(b)! < best.get(a)! ? b : a));
  // In turns, so that a change of clock meets all of them.
  for (let round = 0; round < rounds; round++)
    for (const name of right)
      if (round === 0 || best.get(name)! <= hopeless * best.get(quickestOf())!)
        best.set(name, Math.min(best.get(name)!, await bench.time(name, repetitions)));
  const quickest = quickestOf();
  return best.get(usual)! >= leastGain * best.get(quickest)! ? quickest : usual;
}

/** Largest difference relative to the largest expected value; NaN counts as infinite. */
function differs(actual: Float32Array, expected: Float32Array): number {
  let [difference, scale] = [0, 1e-30];
  for (let i = 0; i < expected.length; i++) {
    const apart = Math.abs(actual[i]! - expected[i]!);
    if (!(apart < Infinity)) return Infinity;
    difference = Math.max(difference, apart);
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return difference / scale;
}

/** What a bench measures with. */
interface BenchParts {
  readonly gpu: GPUDevice;
  readonly program: DeviceProgram;
  readonly result: Slice;
  /** Whether the result is in half precision. */
  readonly half: boolean;
  /** By the name of a variant that compiles. */
  readonly calls: ReadonlyMap<string, readonly Recorded[]>;
  /** By the same, how many parts of a filter gradient are to be added up. */
  readonly parts: ReadonlyMap<string, number>;
  /** From one to the next; 0 for other directions. */
  readonly partFloats: number;
}

/** All variants of one problem on the same operands. */
class Bench {
  private constructor(readonly has: BenchParts) {}

  get names(): readonly string[] {
    return [...this.has.calls.keys()];
  }

  /** @throws AppError "gpu-memory" */
  static async open(
    gpu: GPUDevice,
    { direction, shape: s }: Pick<ConvProblem, "direction" | "shape">,
    { real }: ChoiceContext,
    variants: readonly ConvVariant[],
  ): Promise<Bench> {
    const writer = new ProgramWriter();
    const bytes = real === "f16" ? 2 : 4;
    const x = s.batch * s.height * s.width * s.inputs;
    const y = s.batch * s.outHeight * s.outWidth * s.outputs;
    const w = s.kernel[0] * s.kernel[1] * s.inputs * s.outputs;
    const forward = direction === "forward";
    const filter = direction === "filter-gradient";
    const most = Math.max(...variants.map(({ parts }) => parts));
    const first = writer.whole("first", (forward || filter ? x : y) * bytes, true);
    const second = writer.whole("second", (filter ? y : w) * bytes, true);
    const result = filter
      ? writer.whole("result", most * w * 4, true)
      : writer.whole("result", (forward ? y : x) * bytes, true);
    const written = variants.map((variant): readonly Dispatch[] => {
      const from = writer.dispatches.length;
      const options = filter ? { parts: variant.parts, partFloats: w } : {};
      const operands = { first, second, result };
      runConv(writer, variant, { label: variant.name, operands, options });
      return writer.dispatches.slice(from);
    });
    const program = await DeviceProgram.create(gpu, writer.regions, writer.dispatches);
    const calls = new Map<string, readonly Recorded[]>();
    await Promise.all(
      variants.map(async ({ name }, i) => {
        // One that this driver does not compile is none.
        const prepared = await program.prepare(written[i]!).catch(() => null);
        if (prepared) calls.set(name, prepared);
      }),
    );
    const parts = new Map(variants.map((variant) => [variant.name, variant.parts]));
    const half = !filter && real === "f16";
    const bench = new Bench({
      gpu,
      program,
      result,
      half,
      calls,
      parts,
      partFloats: filter ? w : 0,
    });
    for (const operand of [first, second]) bench.#fill(operand, real === "f16");
    return bench;
  }

  /** Small numbers of both signs, so that nothing overflows in half precision. */
  #fill(slice: Slice, half: boolean): void {
    const count = slice.bytes / (half ? 2 : 4);
    let state = 0x9e3779b9;
    const numbers = Float32Array.from({ length: Math.min(count, 2 ** 16) }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 31 - 1;
    });
    const block = half ? Uint16Array.from(numbers, (value) => halfBits(value / 4)) : numbers;
    const { gpu, program } = this.has;
    const buffer = program.bufferOf(slice.region);
    for (let at = 0; at < slice.bytes; at += block.byteLength) {
      const length = Math.min(block.byteLength, slice.bytes - at);
      gpu.queue.writeBuffer(buffer, at, block.buffer as ArrayBuffer, 0, length);
    }
  }

  time(name: string, repetitions: number): Promise<number> {
    return timePass(this.has.gpu, this.has.calls.get(name)!, repetitions);
  }

  /** Beginning and end of what a variant computes, parts added up; null where the driver does not take it. */
  async resultOf(name: string): Promise<Float32Array | null> {
    const { gpu, program, result, parts, partFloats } = this.has;
    const calls = this.has.calls.get(name);
    if (!calls) return null;
    const buffer = program.bufferOf(result.region);
    const clear = gpu.createCommandEncoder();
    clear.clearBuffer(buffer);
    gpu.queue.submit([clear.finish()]);
    const ran = await timePass(gpu, calls, 1).then(
      () => true,
      () => false,
    );
    if (!ran) return null;
    return partFloats === 0 ? this.#ends(buffer) : this.#summed(buffer, parts.get(name)!);
  }

  async #ends(buffer: GPUBuffer): Promise<Float32Array> {
    const { gpu, result, half } = this.has;
    const bytes = Math.min(comparedBytes, result.bytes);
    const pieces = await Promise.all(
      [0, result.bytes - bytes].map((at) => readBuffer(gpu, buffer, at, bytes)),
    );
    const read = (piece: ArrayBuffer): readonly number[] =>
      half ? Array.from(new Uint16Array(piece), halfValue) : [...new Float32Array(piece)];
    return Float32Array.from(pieces.flatMap(read));
  }

  async #summed(buffer: GPUBuffer, parts: number): Promise<Float32Array> {
    const { gpu, partFloats } = this.has;
    const floats = Math.min(partFloats, Math.max(64, Math.floor(comparedBytes / parts / 4)));
    const pieces = await Promise.all(
      Array.from({ length: parts }, (_, part) =>
        readBuffer(gpu, buffer, part * partFloats * 4, floats * 4),
      ),
    );
    const sums = new Float32Array(floats);
    for (const piece of pieces) new Float32Array(piece).forEach((v, i) => (sums[i]! += v));
    return sums;
  }

  dispose(): void {
    this.has.program.dispose();
  }
}
