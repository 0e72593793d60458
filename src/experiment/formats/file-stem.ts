/** A name of a person's as the beginning of a file's. */
export function fileStem(name: string): string {
  return (
    name
      .trim()
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-|-$/g, "") || "experiment"
  );
}
