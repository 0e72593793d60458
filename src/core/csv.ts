/** RFC 4180; numbers in full precision. A text that a spreadsheet would take for a formula gets an apostrophe. */
export function csv(rows: readonly (readonly unknown[])[]): string {
  const cell = (value: unknown): string => {
    const text =
      value === null || value === undefined
        ? ""
        : typeof value === "object"
          ? JSON.stringify(value)
          : typeof value === "string" && /^[=+\-@\t\r]/.test(value)
            ? `'${value}`
            : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}
