import type { ErrorRecord } from "../../core/errors.ts";
import type { EventBody } from "../../core/journal/index.ts";

/** The error of which a worker's note tells: weights found no space although older ones had gone; null for any other note. */
export function fullStorage({
  code,
  details,
}: Extract<EventBody, { type: "note" }>): ErrorRecord | null {
  const { code: cause, message, sizeBytes } = details;
  if (code !== "checkpoint-skipped" || cause !== "storage-quota") return null;
  return { code: cause, message: String(message), details: { sizeBytes: Number(sizeBytes) } };
}
