/** Dense linear algebra on symmetric positive definite matrices: row-major Float64Array of n·n numbers. */

/** Factorises A = L·Lᵀ into `out` (lower triangle; the upper is left alone).
 *  @returns false, with `out` half written, when A is not positive definite to working precision */
export function cholesky(a: Float64Array, n: number, out: Float64Array): boolean {
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    for (let j = 0; j <= i; j++) {
      const rowJ = j * n;
      const sum = a[rowI + j]! - dotAt(out, rowI, out, rowJ, j);
      if (i !== j) out[rowI + j] = sum / out[rowJ + j]!;
      else if (sum > 1e-14 * a[rowI + i]!) out[rowI + i] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** Factorises A + jitter·I with the smallest jitter of 0, 1e-10, 1e-9 … (times the mean diagonal) that works.
 *  @returns the jitter that was added
 *  @throws RangeError when A holds NaN or is far from positive definite */
export function choleskyWithJitter(a: Float64Array, n: number, out: Float64Array): number {
  if (cholesky(a, n, out)) return 0;
  let scale = 0;
  for (let i = 0; i < n; i++) scale += a[i * n + i]! / n;
  const shifted = Float64Array.from(a);
  for (let exponent = -10; exponent <= 0; exponent++) {
    const jitter = scale * 10 ** exponent;
    for (let i = 0; i < n; i++) shifted[i * n + i] = a[i * n + i]! + jitter;
    if (cholesky(shifted, n, out)) return jitter;
  }
  throw new RangeError(`cholesky: the ${n}×${n} matrix is not positive definite`);
}

/** Solves L·x = b in place, L lower triangular. */
export function solveLower(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let sum = b[i]!;
    for (let k = 0; k < i; k++) sum -= l[row + k]! * b[k]!;
    b[i] = sum / l[row + i]!;
  }
  return b;
}

/** Solves Lᵀ·x = b in place, L lower triangular. */
export function solveLowerTransposed(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = n - 1; i >= 0; i--) {
    const row = i * n;
    const x = b[i]! / l[row + i]!;
    b[i] = x;
    for (let k = 0; k < i; k++) b[k] = b[k]! - l[row + k]! * x;
  }
  return b;
}

/** Solves A·x = b in place, given A's Cholesky factor. */
export function choleskySolve(l: Float64Array, n: number, b: Float64Array): Float64Array {
  return solveLowerTransposed(l, n, solveLower(l, n, b));
}

/** The inverse of a lower triangular matrix, itself lower triangular (upper part zero). */
export function invertLower(l: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = i * n;
    // Row i of L⁻¹ is −(Σ_k<i L[i,k]·row k of L⁻¹)/L[i,i]: every inner loop runs along rows.
    for (let k = 0; k < i; k++) {
      const factor = l[row + k]!;
      const rowK = k * n;
      for (let j = 0; j <= k; j++)
        inverse[row + j] = inverse[row + j]! - factor * inverse[rowK + j]!;
    }
    const pivot = 1 / l[row + i]!;
    for (let j = 0; j < i; j++) inverse[row + j] = inverse[row + j]! * pivot;
    inverse[row + i] = pivot;
  }
  return inverse;
}

/** A⁻¹ = L⁻ᵀ·L⁻¹ from L⁻¹; only the lower triangle is filled. */
export function gramOfLower(inverseLower: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const rowK = k * n;
    for (let i = 0; i <= k; i++) {
      const factor = inverseLower[rowK + i]!;
      const rowI = i * n;
      for (let j = 0; j <= i; j++)
        result[rowI + j] = result[rowI + j]! + factor * inverseLower[rowK + j]!;
    }
  }
  return result;
}

/** log det A from A's Cholesky factor. */
export function logDeterminant(l: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(l[i * n + i]!);
  return 2 * sum;
}

/** Scalar product of the first n entries. */
export function dot(a: Float64Array, b: Float64Array, n: number): number {
  return dotAt(a, 0, b, 0, n);
}

/** Scalar product of n entries from `atA` and from `atB`. Four sums side by side: one alone waits for its own additions,
 *  which takes two to three times as long. */
export function dotAt(
  a: Float64Array,
  atA: number,
  b: Float64Array,
  atB: number,
  n: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    s0 += a[atA + i]! * b[atB + i]!;
    s1 += a[atA + i + 1]! * b[atB + i + 1]!;
    s2 += a[atA + i + 2]! * b[atB + i + 2]!;
    s3 += a[atA + i + 3]! * b[atB + i + 3]!;
  }
  for (; i < n; i++) s0 += a[atA + i]! * b[atB + i]!;
  return s0 + s1 + (s2 + s3);
}
