/** Nonlinear least squares in a few parameters by Levenberg-Marquardt with Marquardt's scaling and forward differences,
 *  the method of MINPACK's lmdif that SciPy's curve_fit calls; tolerances and evaluation limit are SciPy's. */

export interface LeastSquaresFit {
  readonly parameters: readonly number[];
  /** Sum of squared residuals. */
  readonly sse: number;
}

type Model = (x: number, parameters: readonly number[]) => number;

const tolerance = 1.49012e-8;
const differenceStep = Math.sqrt(Number.EPSILON);
/** Bold and timid first steps: a bold one may leap onto a plateau, a timid one may crawl into a worse valley. */
const firstDampings = [1e-3, 1];

/** Fits `model(x, parameters)` to the points (x, y) from a start; the better of a bold and a timid descent.
 *  @returns null where SciPy would raise: no finite start, or no convergence in 200 · (parameters + 1) evaluations */
export function fitCurve(
  model: Model,
  x: readonly number[],
  y: readonly number[],
  start: readonly number[],
): LeastSquaresFit | null {
  let best: LeastSquaresFit | null = null;
  for (const damping of firstDampings) {
    const fit = descend(model, x, y, start, damping);
    if (fit !== null && (best === null || fit.sse < best.sse)) best = fit;
  }
  return best;
}

function descend(
  model: Model,
  x: readonly number[],
  y: readonly number[],
  start: readonly number[],
  firstDamping: number,
): LeastSquaresFit | null {
  const [n, p] = [x.length, start.length];
  const limit = 200 * (p + 1);
  let evaluations = 0;
  /** Fills `r` and returns the sum of squares, Infinity if it is no number. */
  const residuals = (parameters: readonly number[], r: Float64Array): number => {
    evaluations++;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const e = y[i]! - model(x[i]!, parameters);
      r[i] = e;
      sum += e * e;
    }
    return sum === sum ? sum : Infinity;
  };
  let current = [...start];
  let r = new Float64Array(n);
  let other = new Float64Array(n);
  const columns = current.map(() => new Float64Array(n));
  const scale = new Float64Array(p);
  const normal = current.map(() => new Float64Array(p));
  const gradient = new Float64Array(p);
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
      for (let k = 0; k <= j; k++) normal[j]![k] = normal[k]![j] = dot(columns[j]!, columns[k]!);
      const own = normal[j]![j]!;
      if (!Number.isFinite(g) || !Number.isFinite(own)) return null;
      // MINPACK's gtol test: the residual is orthogonal to every column of the Jacobian.
      orthogonal &&= Math.abs(g) <= 1e-15 * Math.sqrt(own * sse);
      scale[j] = Math.max(scale[j]!, own) || 1;
    }
    if (sse === 0 || orthogonal) return { parameters: current, sse };
    for (;;) {
      const step = solveDamped(normal, gradient, scale, damping);
      const next = step?.map((s, j) => current[j]! + s);
      const error = next === undefined ? Infinity : residuals(next, other);
      if (step !== null && next !== undefined && error <= sse) {
        let [moved, size] = [0, 0];
        for (let j = 0; j < p; j++) {
          moved += scale[j]! * step[j]! ** 2;
          size += scale[j]! * next[j]! ** 2;
        }
        const done =
          (sse - error <= tolerance * sse && damping <= 1) ||
          Math.sqrt(moved) <= tolerance * Math.sqrt(size);
        [r, other] = [other, r];
        [current, sse] = [next, error];
        damping = Math.max(damping / 9, 1e-15);
        if (done) return { parameters: current, sse };
        break;
      }
      damping *= 4;
      // No step is short enough to help: this is a minimum to working precision.
      if (damping > 1e20) return { parameters: current, sse };
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

/** Solves (normal + damping · diag(scale)) s = right by Gaussian elimination with pivoting; null if singular. */
function solveDamped(
  normal: readonly Float64Array[],
  right: Float64Array,
  scale: Float64Array,
  damping: number,
): number[] | null {
  const n = right.length;
  const rows = normal.map((row, i) => {
    const copy = [...row, right[i]!];
    copy[i] = copy[i]! + damping * scale[i]!;
    return copy;
  });
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++)
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    const head = rows[pivot]!;
    if (!(Math.abs(head[column]!) > 0)) return null;
    rows[pivot] = rows[column]!;
    rows[column] = head;
    for (let i = column + 1; i < n; i++) {
      const factor = rows[i]![column]! / head[column]!;
      for (let j = column; j <= n; j++) rows[i]![j]! -= factor * head[j]!;
    }
  }
  const solution = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = rows[i]![n]!;
    for (let j = i + 1; j < n; j++) sum -= rows[i]![j]! * solution[j]!;
    solution[i] = sum / rows[i]![i]!;
  }
  return solution.every(Number.isFinite) ? solution : null;
}
