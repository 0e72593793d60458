/** Nonlinear least squares in a few parameters by Levenberg-Marquardt with Marquardt's scaling and forward differences,
 *  the method of MINPACK's lmdif that SciPy's curve_fit calls; tolerances and evaluation limit are SciPy's. */

export interface LeastSquaresFit {
  readonly parameters: readonly number[];
  /** Sum of squared residuals. */
  readonly sse: number;
}

/** Writes the curve's value at every point into `out`. */
export type CurveModel = (parameters: Float64Array, out: Float64Array) => void;

const tolerance = 1.49012e-8;
const differenceStep = Math.sqrt(Number.EPSILON);
/** Bold and timid first steps: a bold one may leap onto a plateau, a timid one may crawl into a worse valley. */
const firstDampings = [1e-3, 1];

/** Fits a curve to the values `y` from a start; the better of a bold and a timid descent.
 *  @returns null where SciPy would raise: no finite start, or no convergence in 200 · (parameters + 1) evaluations */
export function fitCurve(
  model: CurveModel,
  y: readonly number[],
  start: readonly number[],
): LeastSquaresFit | null {
  let best: LeastSquaresFit | null = null;
  for (const damping of firstDampings) {
    const fit = descend(model, y, start, damping);
    if (fit !== null && (best === null || fit.sse < best.sse)) best = fit;
  }
  return best;
}

function descend(
  model: CurveModel,
  y: readonly number[],
  start: readonly number[],
  firstDamping: number,
): LeastSquaresFit | null {
  const [n, p] = [y.length, start.length];
  const limit = 200 * (p + 1);
  let evaluations = 0;
  /** Fills `r` and returns the sum of squares, Infinity if it is no number. */
  const residuals = (parameters: Float64Array, r: Float64Array): number => {
    evaluations++;
    model(parameters, r);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const e = y[i]! - r[i]!;
      r[i] = e;
      sum += e * e;
    }
    return sum === sum ? sum : Infinity;
  };
  // Everything is allocated once: this is the inner loop of every assessment.
  let current = Float64Array.from(start);
  let next = new Float64Array(p);
  let r = new Float64Array(n);
  let other = new Float64Array(n);
  const columns = start.map(() => new Float64Array(n));
  const scale = new Float64Array(p);
  const normal = new Float64Array(p * p);
  const gradient = new Float64Array(p);
  const step = new Float64Array(p);
  const system = { normal, right: gradient, scale, work: new Float64Array(p * (p + 1)) };
  const found = (sse: number): LeastSquaresFit => ({ parameters: [...current], sse });
  let sse = residuals(current, r);
  if (sse === Infinity) return null;
  let damping = firstDamping;
  while (evaluations < limit) {
    for (let j = 0; j < p; j++) {
      const value = current[j]!;
      const h = differenceStep * (Math.abs(value) || 1);
      current[j] = value + h;
      const column = columns[j]!;
      residuals(current, column);
      for (let i = 0; i < n; i++) column[i] = (r[i]! - column[i]!) / h;
      current[j] = value;
    }
    let orthogonal = true;
    for (let j = 0; j < p; j++) {
      const g = dot(columns[j]!, r);
      gradient[j] = g;
      for (let k = 0; k <= j; k++)
        normal[j * p + k] = normal[k * p + j] = dot(columns[j]!, columns[k]!);
      const own = normal[j * p + j]!;
      if (!Number.isFinite(g) || !Number.isFinite(own)) return null;
      // MINPACK's gtol test: the residual is orthogonal to every column of the Jacobian.
      orthogonal &&= Math.abs(g) <= 1e-15 * Math.sqrt(own * sse);
      scale[j] = Math.max(scale[j]!, own) || 1;
    }
    if (sse === 0 || orthogonal) return found(sse);
    for (;;) {
      const solved = solveDamped(system, damping, step);
      if (solved) for (let j = 0; j < p; j++) next[j] = current[j]! + step[j]!;
      const error = solved ? residuals(next, other) : Infinity;
      if (solved && error <= sse) {
        let [moved, size] = [0, 0];
        for (let j = 0; j < p; j++) {
          moved += scale[j]! * step[j]! ** 2;
          size += scale[j]! * next[j]! ** 2;
        }
        const done =
          (sse - error <= tolerance * sse && damping <= 1) ||
          Math.sqrt(moved) <= tolerance * Math.sqrt(size);
        [r, other] = [other, r];
        [current, next] = [next, current];
        sse = error;
        damping = Math.max(damping / 9, 1e-15);
        if (done) return found(sse);
        break;
      }
      damping *= 4;
      // No step is short enough to help: this is a minimum to working precision.
      if (damping > 1e20) return found(sse);
      if (evaluations >= limit) return null;
    }
  }
  return null;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Of p parameters. */
interface NormalEquations {
  /** [p, p], symmetric. */
  readonly normal: Float64Array;
  readonly right: Float64Array;
  readonly scale: Float64Array;
  /** Room for p · (p + 1) numbers. */
  readonly work: Float64Array;
}

/** Solves (normal + damping · diag(scale)) step = right by Gaussian elimination with pivoting.
 *  @returns false if singular */
function solveDamped(
  { normal, right, scale, work }: NormalEquations,
  damping: number,
  step: Float64Array,
): boolean {
  const n = right.length;
  const width = n + 1;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) work[i * width + j] = normal[i * n + j]!;
    work[i * width + i]! += damping * scale[i]!;
    work[i * width + n] = right[i]!;
  }
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++)
      if (Math.abs(work[i * width + column]!) > Math.abs(work[pivot * width + column]!)) pivot = i;
    const head = work[pivot * width + column]!;
    if (!(Math.abs(head) > 0)) return false;
    if (pivot !== column)
      for (let j = column; j <= n; j++) {
        const held = work[pivot * width + j]!;
        work[pivot * width + j] = work[column * width + j]!;
        work[column * width + j] = held;
      }
    for (let i = column + 1; i < n; i++) {
      const factor = work[i * width + column]! / head;
      for (let j = column; j <= n; j++) work[i * width + j]! -= factor * work[column * width + j]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = work[i * width + n]!;
    for (let j = i + 1; j < n; j++) sum -= work[i * width + j]! * step[j]!;
    step[i] = sum / work[i * width + i]!;
    if (!Number.isFinite(step[i]!)) return false;
  }
  return true;
}
