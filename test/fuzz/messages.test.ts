import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAnnouncement } from "../../src/experiment/tab/announcements.ts";
import { prototypesAreClean } from "./answer.ts";
import { mutateMessage, validMessages } from "./messages.ts";

const root = join(import.meta.dirname, "..", "..");

test("1,000 mutated messages of other tabs are left alone or read as one of ours, seeds 0 to 999", () => {
  for (let seed = 0; seed < 1000; seed++) {
    const message: unknown = JSON.parse(mutateMessage("x", seed));
    const read = parseAnnouncement(message);
    if (read) expect(["appended", "live", "list"]).toContain(read.kind);
    expect(prototypesAreClean(), `seed ${seed}`).toBe(true);
  }
});

test("messages that are cloned but no JSON are left alone", () => {
  const cyclic: Record<string, unknown> = { kind: "other" };
  cyclic["self"] = cyclic;
  const strange = [
    ...[undefined, null, 1n, new Date(), new Map([["kind", "list"]]), new Set(), /x/, new Error("x")],
    ...[new ArrayBuffer(8), new Uint8Array(9), cyclic, [], "", "list", { kind: 1n }, { kind: cyclic }],
    ...[{ kind: "appended", id: cyclic }, { kind: "live", id: "x", trials: new Map() }],
    { kind: "live", id: "x", trials: new Array(1_000_000) },
  ]; // prettier-ignore
  for (const message of strange) expect(parseAnnouncement(message)).toBeNull();
  for (const message of validMessages("x")) expect(parseAnnouncement(message)).toEqual(message);
});

test("only the entry points of workers expose anything, and the page listens to no window messages", () => {
  for (const folder of ["src", "workers"])
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
      if (!/\.(ts|svelte)$/.test(name)) continue;
      const text = readFileSync(join(root, folder, name), "utf8");
      const exposes = /\bexpose\s*\(/.test(text);
      const isEntry = folder === "workers" && /^\w+\.worker\.ts$/.test(name);
      if (exposes) expect(isEntry, `${folder}/${name} exposes`).toBe(true);
      expect(text, `${folder}/${name}`).not.toMatch(
        /(window|self|globalThis)\.(onmessage|addEventListener\(\s*"message")|^addEventListener\(\s*"message"/m,
      );
    }
});
