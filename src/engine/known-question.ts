/** A convolution (stride 1, as large as its input), the sum of each of its channels, and both of its gradients: what training
 *  consists of. Everything is a small whole number, so that every order of summing gives exactly the same floats. */
export interface Question {
  readonly batch: number;
  readonly side: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the filter, odd. */
  readonly taps: number;
  /** [batch, side, side, inputs] */
  readonly x: Float32Array;
  /** [taps, taps, inputs, outputs] */
  readonly w: Float32Array;
  /** The gradient of the output: [batch, side, side, outputs] */
  readonly dy: Float32Array;
}

/** What a device is to calculate, exactly. */
export interface Answer {
  /** [batch, side, side, outputs] */
  readonly y: Float32Array;
  /** [outputs] */
  readonly sums: Float32Array;
  /** [batch, side, side, inputs] */
  readonly dx: Float32Array;
  /** [taps, taps, inputs, outputs] */
  readonly dw: Float32Array;
}

/** The answer in plain loops. */
export function answerByHand(question: Question): Answer {
  const { batch, side, inputs, outputs, taps, x, w, dy } = question;
  const y = new Float32Array(dy.length);
  const sums = new Float32Array(outputs);
  const dx = new Float32Array(x.length);
  const dw = new Float32Array(w.length);
  const border = (taps - 1) / 2;
  for (let row = 0; row < batch * side * side; row++) {
    const [image, oy, ox] = [
      Math.floor(row / side / side),
      Math.floor(row / side) % side,
      row % side,
    ];
    for (let tap = 0; tap < taps * taps; tap++) {
      const iy = oy + Math.floor(tap / taps) - border;
      const ix = ox + (tap % taps) - border;
      if (iy < 0 || ix < 0 || iy >= side || ix >= side) continue;
      const from = ((image * side + iy) * side + ix) * inputs;
      for (let i = 0; i < inputs; i++) {
        const value = x[from + i]!;
        const filter = (tap * inputs + i) * outputs;
        for (let o = 0; o < outputs; o++) {
          y[row * outputs + o]! += value * w[filter + o]!;
          dx[from + i]! += dy[row * outputs + o]! * w[filter + o]!;
          dw[filter + o]! += value * dy[row * outputs + o]!;
        }
      }
    }
    for (let o = 0; o < outputs; o++) sums[o]! += y[row * outputs + o]!;
  }
  return { y, sums, dx, dw };
}

/** The same question at every call. */
export function makeQuestion(shape: Omit<Question, "x" | "w" | "dy">): Question {
  const { batch, side, inputs, outputs, taps } = shape;
  /** -4 … 4 without a period that a tile could hide. */
  const digits = (count: number, step: number): Float32Array =>
    Float32Array.from({ length: count }, (_, i) => (((i * step) % 8191) % 9) - 4);
  return {
    ...shape,
    x: digits(batch * side * side * inputs, 2531),
    w: digits(taps * taps * inputs * outputs, 3307),
    dy: digits(batch * side * side * outputs, 4591),
  };
}
