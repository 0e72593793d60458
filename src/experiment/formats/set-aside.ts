import type { SetAsideEntry } from "../../storage/schema.ts";

/** Damaged records as a file for a person to look at; what JSON cannot say is written as text. */
export function setAsideFile(entries: readonly SetAsideEntry[]): Blob {
  const readable = (_key: string, value: unknown): unknown => {
    if (typeof value === "number" && !Number.isFinite(value)) return String(value);
    if (typeof value === "bigint" || value === undefined) return String(value);
    if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
    return value;
  };
  const text = JSON.stringify({ tabtune: "set-aside", entries }, readable, 1);
  return new Blob([text], { type: "application/json" });
}
