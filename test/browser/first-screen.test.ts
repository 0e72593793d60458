import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { root } from "./harness.ts";

/** What a visitor waits for on a slow line; `npm run bench:page` lists what it is made of. */
const mostBytes = 80_000;

test("the start page answers after 80 kB", () => {
  const folder = join(root, process.env.TABTUNE_DIST ?? "dist");
  const html = readFileSync(join(folder, "index.html"), "utf8");
  // The entry, everything it imports, and the styles.
  const files = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(
    ([, file]) => file!,
  );
  expect(files.length).toBeGreaterThan(3);
  const bytes = ["index.html", ...files]
    .map((file) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).byteLength)
    .reduce((sum, one) => sum + one, 0);
  expect(bytes).toBeLessThan(mostBytes);
});
