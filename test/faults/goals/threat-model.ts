import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../browser/harness.ts";
import type { Goal } from "../lib/goal.ts";
import { goalIds } from "../goals.ts";

/** Ways in and out of a page: what the sources use of them must stand in the threat model. */
const doors = [
  "location.hash",
  "location.search",
  'type="file"',
  "dataTransfer",
  "navigator.clipboard",
  "clipboardData",
  "openDB",
  "getDirectory",
  "showOpenFilePicker",
  "localStorage",
  "sessionStorage",
  "document.cookie",
  "BroadcastChannel",
  'addEventListener("message"',
  "navigator.locks",
  "fetch(",
  "XMLHttpRequest",
  "WebSocket(",
  "WebTransport(",
  "EventSource(",
  "RTCPeerConnection",
  "sendBeacon",
  "serviceWorker",
  "caches",
  "new Worker",
  "SharedWorker",
  "importScripts",
  "requestAdapter(",
  "window.open",
  "window.opener",
  "window.name",
  "document.referrer",
  "<iframe",
] as const;

/** What `docs/threat-model.md` says of attacks. */
export const threatModel: Goal = {
  id: "S10",
  title: "Threat model",
  how: "the sources are searched for every way into and out of a page; each must stand in the threat model's table, and each row must name goals of this suite",
  counts: { full: 1, reduced: 1 },
  async run() {
    const known = new Set(goalIds);
    const page = readFileSync(join(root, "docs", "threat-model.md"), "utf8");
    const rows = page
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .slice(2)
      .map((line) =>
        line
          .split("|")
          .map((cell) => cell.trim())
          .slice(1, -1),
      );
    const troubles: string[] = [];
    for (const word of ["worth protecting", "Who might attack", "Out of scope"])
      if (!page.includes(word)) troubles.push(`the page does not say: ${word}`);
    for (const [surface, , answer, shownBy = ""] of rows) {
      const ids = shownBy.split(/,\s*/).filter(Boolean);
      if (!answer || ids.length === 0) troubles.push(`${surface}: nothing shows it`);
      troubles.push(
        ...ids.filter((id) => !known.has(id)).map((id) => `${surface}: there is no ${id}`),
      );
    }
    const text = sources();
    const used = doors.filter((door) => text.includes(door));
    const named = new Set(
      rows.flatMap(([, doorsOf = ""]) =>
        [...doorsOf.matchAll(/`([^`]+)`/g)].map(([, door]) => door),
      ),
    );
    troubles.push(
      ...used
        .filter((door) => !named.has(door))
        .map((door) => `${door} is used and not in the table`),
    );
    troubles.push(
      ...[...named]
        .filter((door) => !text.includes(door!))
        .map((door) => `${door} is in the table and not used`),
    );
    const injected = rows.length + used.length;
    return {
      injected,
      survived: Math.max(0, injected - troubles.length),
      lost: 0,
      worstMs: null,
      pass: troubles.length === 0 && rows.length > 0 && used.length > 0,
      notes: [
        `${rows.length} surfaces, ${used.length} ways in and out of the sources, all named`,
        ...troubles,
      ],
    };
  },
};

function sources(): string {
  return ["src", "workers"]
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(ts|svelte)$/.test(name))
        .map((name) => readFileSync(join(root, folder, name), "utf8")),
    )
    .join("\n");
}
