const [second, minute, hour] = [1000, 60_000, 3_600_000];
const steps = [
  ...[1, 2, 5, 10, 20, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 20, 30].map((n) => n * minute),
  ...[1, 2, 5, 10, 20, 50, 100].map((n) => n * hour),
];

/** Round durations in milliseconds to mark an axis up to `longest` with: four at most, none below a second. */
export function durationTicks(longest: number): readonly number[] {
  const step = steps.find((one) => longest / one <= 4) ?? longest;
  return Array.from({ length: Math.floor(longest / step) }, (_, i) => (i + 1) * step);
}
