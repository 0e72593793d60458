import { dot } from "./linear-algebra.ts";

/** Value at x; writes the gradient. May return Infinity or NaN where it is not defined. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

/** Where a descent ended; value Infinity when the start was not finite. */
export interface BoundedMinimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly evaluations: number;
}

/** When a descent ends, and how boldly it begins. */
export interface BoundedOptions {
  readonly maxIterations?: number;
  readonly maxEvaluations?: number;
  /** Stops when no component of the projected gradient is larger. */
  readonly gradientTolerance?: number;
  /** Stops when an iteration lowers the value by less than this times max(1, |value|). */
  readonly valueTolerance?: number;
  /** Longest first step, in the units of x. */
  readonly firstStep?: number;
}

/** Absent `maxEvaluations` are twice the iterations. */
export const defaultBoundedOptions = {
  maxIterations: 100,
  gradientTolerance: 1e-5,
  valueTolerance: 1e-9,
  firstStep: 0.3,
} as const satisfies BoundedOptions;

/** Componentwise, lower ≤ upper. */
export interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

const memory = 8;
const armijo = 1e-4;

/** Minimises a smooth function in a box by projected limited-memory BFGS: the two-loop recursion on the variables that
 *  are free, and an Armijo search along the projected path. Deterministic.
 *  @param start inside or outside the box; it is clipped first */
export function minimizeBounded(
  objective: Objective,
  start: Float64Array,
  { lower, upper }: Box,
  options: BoundedOptions = {},
): BoundedMinimum {
  const settings = { ...defaultBoundedOptions, ...options };
  const { maxIterations, gradientTolerance, valueTolerance, firstStep } = settings;
  const { maxEvaluations = 2 * maxIterations } = options;
  const n = start.length;
  const clip = (x: Float64Array): void => {
    for (let i = 0; i < n; i++) x[i] = Math.min(upper[i]!, Math.max(lower[i]!, x[i]!));
  };
  let x = Float64Array.from(start);
  clip(x);
  let gradient = new Float64Array(n);
  let value = objective(x, gradient);
  let evaluations = 1;
  if (!Number.isFinite(value)) return { x, value: Infinity, evaluations };
  const pairs: { s: Float64Array; y: Float64Array; rho: number }[] = [];

  for (let iteration = 0; iteration < maxIterations && evaluations < maxEvaluations; iteration++) {
    const free = freeVariables(x, gradient, lower, upper);
    let largest = 0;
    for (let i = 0; i < n; i++) if (free[i]) largest = Math.max(largest, Math.abs(gradient[i]!));
    if (largest <= gradientTolerance) break;

    const direction = quasiNewton(gradient, free, pairs);
    if (dot(direction, gradient, n) > -1e-12 * largest) {
      pairs.length = 0;
      for (let i = 0; i < n; i++) direction[i] = free[i] ? -gradient[i]! : 0;
    }
    let longest = 0;
    for (let i = 0; i < n; i++) longest = Math.max(longest, Math.abs(direction[i]!));
    let step = pairs.length === 0 ? Math.min(1, firstStep / longest) : 1;

    let next: Float64Array<ArrayBuffer> | null = null;
    const nextGradient = new Float64Array(n);
    let nextValue = value;
    for (let attempt = 0; attempt < 20 && evaluations < maxEvaluations; attempt++) {
      const candidate = new Float64Array(n);
      for (let i = 0; i < n; i++) candidate[i] = x[i]! + step * direction[i]!;
      clip(candidate);
      let slope = 0;
      for (let i = 0; i < n; i++) slope += gradient[i]! * (candidate[i]! - x[i]!);
      nextValue = objective(candidate, nextGradient);
      evaluations++;
      if (Number.isFinite(nextValue) && nextValue <= value + armijo * slope) {
        next = candidate;
        break;
      }
      // Minimum of the parabola through both values and the slope, kept within a tenth and a half.
      const curvature = nextValue - value - slope;
      const ratio = Number.isFinite(curvature) && curvature > 0 ? -slope / (2 * curvature) : 0.1;
      step *= Math.min(0.5, Math.max(0.1, ratio));
    }
    if (next === null) {
      if (pairs.length === 0) break;
      pairs.length = 0;
      continue;
    }
    const s = new Float64Array(n);
    const y = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      s[i] = next[i]! - x[i]!;
      y[i] = nextGradient[i]! - gradient[i]!;
    }
    const curvature = dot(s, y, n);
    if (curvature > 1e-10 * Math.sqrt(dot(s, s, n) * dot(y, y, n))) {
      pairs.push({ s, y, rho: 1 / curvature });
      if (pairs.length > memory) pairs.shift();
    }
    const decrease = value - nextValue;
    x = next;
    gradient = nextGradient;
    value = nextValue;
    if (decrease < valueTolerance * Math.max(1, Math.abs(value))) break;
  }
  return { x, value, evaluations };
}

/** A variable is free unless it sits on a bound that the descent direction would cross. */
function freeVariables(
  x: Float64Array,
  gradient: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
): boolean[] {
  return Array.from(x, (value, i) => {
    const slope = gradient[i]!;
    return !((value <= lower[i]! && slope > 0) || (value >= upper[i]! && slope < 0));
  });
}

function quasiNewton(
  gradient: Float64Array,
  free: readonly boolean[],
  pairs: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): Float64Array {
  const n = gradient.length;
  const q = new Float64Array(n);
  for (let i = 0; i < n; i++) q[i] = free[i] ? -gradient[i]! : 0;
  const alphas: number[] = [];
  for (let p = pairs.length - 1; p >= 0; p--) {
    const { s, y, rho } = pairs[p]!;
    const alpha = rho * dot(s, q, n);
    alphas[p] = alpha;
    for (let i = 0; i < n; i++) q[i] = q[i]! - alpha * y[i]!;
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = 1 / (last.rho * dot(last.y, last.y, n));
    for (let i = 0; i < n; i++) q[i] = q[i]! * scale;
  }
  for (let p = 0; p < pairs.length; p++) {
    const { s, y, rho } = pairs[p]!;
    const beta = alphas[p]! - rho * dot(y, q, n);
    for (let i = 0; i < n; i++) q[i] = q[i]! + beta * s[i]!;
  }
  for (let i = 0; i < n; i++) if (!free[i]) q[i] = 0;
  return q;
}
