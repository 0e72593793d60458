const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of NNI's duration text (`100h`, `0.5h`, `30m`) or of a plain number of seconds; null if it is neither. */
export function parseDuration(value: unknown): number | null {
  if (typeof value === "number") return value > 0 && Number.isFinite(value) ? value * 1_000 : null;
  if (typeof value !== "string" || value.length > 40) return null;
  const match = /^(\d+(?:\.\d+)?)\s*([smhd]?)$/.exec(value.trim());
  if (match === null) return null;
  const amount = Number(match[1]);
  return amount > 0 ? amount * (unitMs[match[2] || "s"] ?? 1_000) : null;
}

/** NNI's text of a duration in its largest whole unit. */
export function formatDuration(durationMs: number): string {
  for (const unit of ["d", "h", "m"]) {
    const ms = unitMs[unit]!;
    if (durationMs >= ms && durationMs % ms === 0) return `${durationMs / ms}${unit}`;
  }
  return `${durationMs / 1_000}s`;
}
