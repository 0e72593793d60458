/** How many exponentials and logarithms are taken while `run` runs: the work of densities and curve fits, which no other
 *  process can slow down, where a time would tell of the machine. */
export function countArithmetic(run: () => void): number {
  const { exp, log } = Math;
  let count = 0;
  const counted =
    (own: (x: number) => number) =>
    (x: number): number => {
      count++;
      return own(x);
    };
  Object.assign(Math, { exp: counted(exp), log: counted(log) });
  try {
    run();
  } finally {
    Object.assign(Math, { exp, log });
  }
  return count;
}
